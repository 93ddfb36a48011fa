"""The gate: who may log in, and which features a user may view and edit."""
