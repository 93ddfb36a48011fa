"""Seats: who holds which license, how many seats are in use, and what assigning changes."""
