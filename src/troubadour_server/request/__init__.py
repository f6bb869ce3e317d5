"""The HTTP edge: one file for each family of routes, which only translates; shapes and limits, one error table, access."""
