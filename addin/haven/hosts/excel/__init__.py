"""Excel on Windows, through xlwings: the function server, the add-in that calls it, and its ribbon."""
