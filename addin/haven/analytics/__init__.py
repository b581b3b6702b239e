"""Arithmetic only: numpy in, numpy out. No files, network, clock, logging, globals or pandas."""
