"""Run by LibreOffice's own Python: opens a workbook with its macros on and prints its cells as JSON.

``run_macros.py SOFFICE FILE PROFILE``
"""

import json
import os
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

START_SECONDS = 60
ALWAYS_EXECUTE = 4


def main(soffice, file, profile):
    name = f"haven{os.getpid()}"
    accept = f"--accept=pipe,name={name};urp"
    command = [soffice, "--headless", "--norestore", accept, f"-env:UserInstallation={profile}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desktop = connected(name)
        settings = {"Hidden": True, "MacroExecutionMode": ALWAYS_EXECUTE}
        properties = tuple(PropertyValue(Name=key, Value=value) for key, value in settings.items())
        document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(file), "_blank", 0, properties)
        document.calculateAll()
        sheet = document.Sheets.getByIndex(0)
        json.dump(
            [[sheet.getCellByPosition(column, row).String for column in range(4)] for row in range(8)], sys.stdout
        )
        document.close(True)
        desktop.terminate()
        process.wait(10)
    finally:
        process.kill()


def connected(name):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            remote = resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


main(*sys.argv[1:])
