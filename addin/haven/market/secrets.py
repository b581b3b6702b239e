"""Keys and passwords, which never come from a file or a workbook."""

import os


def secret(name: str) -> str | None:
    """The key or password of a source, or of the ``store``, from the environment or else the operating system's keyring."""
    if given := os.environ.get(f"HAVEN_{name.upper()}_KEY"):
        return given
    import keyring
    import keyring.errors

    try:
        return keyring.get_password("haven", name)
    except keyring.errors.KeyringError:
        return None
