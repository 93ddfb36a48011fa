"""The tests. A regular package, so that no other package of this name is found before it."""
