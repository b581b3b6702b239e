"""Help: what is running."""

from haven import __version__
from haven.functions.catalogue import spreadsheet_function
from haven.functions.units import TEXT


@spreadsheet_function("Help", TEXT, example=())
def HV_VERSION() -> list[str]:
    """The version of Haven that answers this workbook.

    Parameters
    ----------
    """
    return [__version__]
