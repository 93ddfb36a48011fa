"""Seats: who holds which license, whether a seat is left, and what assigning changes."""
