"""The pages: one module a tab, each a few functions of a visit."""
