"""Answers: what if, who may, and what would help; over worlds and changes, with the rules that also decide."""
