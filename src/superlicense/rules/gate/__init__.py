"""The gate: logins, and access to features."""
