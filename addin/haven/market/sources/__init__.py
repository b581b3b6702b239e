"""Where market data comes from: one module a source, each a fetch that does the I/O and a parse that is pure."""
