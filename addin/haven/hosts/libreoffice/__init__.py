"""LibreOffice as a host: an extension that asks one Haven process, and the program as an engine."""
