"""What other systems send: read into our nouns, or refused with the place."""
