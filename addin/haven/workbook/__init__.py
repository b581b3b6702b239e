"""Workbooks: the desk template, headless calculation, and edits that touch nothing else."""
