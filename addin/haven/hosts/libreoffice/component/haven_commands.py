"""What the menu and toolbar do, and what happens to a document when it is opened."""

from typing import Any

import uno  # type: ignore[import-not-found]
import unohelper  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxButtons import BUTTONS_OK  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxType import INFOBOX  # type: ignore[import-not-found]
from com.sun.star.lang import XServiceInfo  # type: ignore[import-not-found]
from com.sun.star.task import XJob, XJobExecutor  # type: ignore[import-not-found]
from haven_blocks import write_block  # type: ignore[import-not-found]
from haven_client import ProcessGoneError  # type: ignore[import-not-found]
from haven_formulas import OURS, bind, enter_again, has_ours, unnoticed  # type: ignore[import-not-found]
from haven_office import CLIENT, REASONS  # type: ignore[import-not-found]
from haven_refresh import Refresh  # type: ignore[import-not-found]
from haven_share import ask_text, saved_copy, write_lines  # type: ignore[import-not-found]

SERVICE = "org.haven.Commands"


class Commands(unohelper.Base, XJob, XJobExecutor, XServiceInfo):  # type: ignore[misc]
    """One object for every entry of the menu; ``trigger`` is given the entry's word."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def execute(self, arguments: "tuple[Any, ...]") -> None:
        """A document was opened: bind our formulas in it, if it is a spreadsheet."""
        environment = next(named.Value for named in arguments if named.Name == "Environment")
        document = next(named.Value for named in environment if named.Name == "Model")
        if document.supportsService("com.sun.star.sheet.SpreadsheetDocument") and has_ours(document):
            bind(document)

    def trigger(self, word: str) -> None:
        """Do what an entry of the menu says."""
        try:
            ACTIONS[word](self)
        except ProcessGoneError as gone:
            self.tell(str(gone))

    def _refresh(self) -> None:
        """Fetch into the store, then write into the document and calculate it; the office is free meanwhile."""
        if self._ask("refresh"):
            Refresh(self, self._context, self._desktop.getCurrentComponent())

    def _stop(self) -> None:
        """Stop fetching."""
        self._ask("stop")

    def _desk(self) -> None:
        """Write today's desk workbook and open it."""
        self._open_answer("desk")

    def _scenario(self) -> None:
        """Write a table of scenarios at the selection."""
        document = self._desktop.getCurrentComponent()
        selection = document.getCurrentSelection()
        if not hasattr(selection, "getRangeAddress"):
            self.tell("Select a cell first.")
            return
        at = selection.getRangeAddress()
        block = self._ask("scenario", row=at.StartRow + 1, column=at.StartColumn + 1)
        if block:
            refusal = write_block(document, document.Sheets.getByIndex(at.Sheet), block)
            if refusal:
                self.tell(refusal)

    def _freeze(self) -> None:
        """Open a copy in which Haven formulas are values."""
        document = self._desktop.getCurrentComponent()
        with saved_copy(document) as file:
            path = self._ask("freeze", file=file, title=document.Title)
        if path:
            self._open(path)

    def _client(self, ending: str = ".xlsx") -> None:
        """Open the active sheet as a client may have it."""
        document = self._desktop.getCurrentComponent()
        client = ask_text(self._context, self._window(), "For whom is this page?")
        if not client.strip():
            return
        sheet = document.getCurrentController().getActiveSheet().Name
        with saved_copy(document) as file:
            made = self._ask("client", file=file, sheet=sheet, client=client, ending=ending)
        if made:
            self._open(made["file"])
            if made["left_out"]:
                self.tell("Left out: " + ", ".join(made["left_out"]))

    def _pdf(self) -> None:
        """The active sheet as a client may have it, as PDF."""
        self._client(".pdf")

    def _inspect(self) -> None:
        """Tell what the document as saved would give away; where it leaks, open the report as a new document."""
        document = self._desktop.getCurrentComponent()
        address = document.getURL()
        place = uno.fileUrlToSystemPath(address) if address.startswith("file:") else address
        found = self._ask("inspect", place=place, title=document.Title, changed=document.isModified())
        if found:
            if found["report"]:
                new = self._desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())
                write_lines(new.Sheets.getByIndex(0), found["report"])
            self.tell(found["told"])

    def _open(self, path: str) -> None:
        """Show a file: a workbook here, a PDF or the log in the program for it."""
        if path.endswith((".pdf", ".log")):
            name = "com.sun.star.system.SystemShellExecute"
            self._context.ServiceManager.createInstanceWithContext(name, self._context).execute(path, "", 0)
        else:
            self._desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ())

    def _why(self) -> None:
        """Enter the cell's formula again and say why its calls fail."""
        document = self._desktop.getCurrentComponent()
        cell = document.getCurrentSelection()
        if not (hasattr(cell, "getFormula") and OURS.search(cell.getFormula())):
            self.tell("The cell holds no Haven formula.")
            return
        REASONS.clear()
        with unnoticed(document):
            enter_again(cell)
        self.tell("\n".join(dict.fromkeys(REASONS)) or "Its Haven functions answer without an error.")

    def _status(self) -> None:
        """What the store holds and from when."""
        self._tell_answer("status")

    def _log(self) -> None:
        """Show the log."""
        self._open_answer("log")

    def _about(self) -> None:
        """Which Haven answers."""
        self._tell_answer("about")

    def _open_answer(self, command: str) -> None:
        path = self._ask(command)
        if path:
            self._open(path)

    def _tell_answer(self, command: str) -> None:
        answer = self._ask(command)
        if answer:
            self.tell(answer)

    def _ask(self, command: str, **terms: object) -> Any:
        """The answer of the Haven process; a failure is told and answers None."""
        answer = CLIENT.ask({"command": command, **terms})
        if "failure" in answer:
            self.tell(answer["failure"])
        return answer.get("value")

    def tell(self, text: str) -> None:
        """Say something in a box."""
        window = self._window()
        window.getToolkit().createMessageBox(window, INFOBOX, BUTTONS_OK, "Haven", text).execute()

    def _window(self) -> Any:
        return self._desktop.getCurrentFrame().getContainerWindow()

    def getImplementationName(self) -> str:
        """The name in the components file."""
        return SERVICE

    def supportsService(self, name: str) -> bool:
        """Whether this is such a service."""
        return name == SERVICE

    def getSupportedServiceNames(self) -> "tuple[str, ...]":
        """What this component is."""
        return (SERVICE,)


ACTIONS = {
    "refresh": Commands._refresh,
    "stop": Commands._stop,
    "desk": Commands._desk,
    "scenario": Commands._scenario,
    "freeze": Commands._freeze,
    "client": Commands._client,
    "pdf": Commands._pdf,
    "inspect": Commands._inspect,
    "why": Commands._why,
    "status": Commands._status,
    "log": Commands._log,
    "about": Commands._about,
}
"""By the word of the menu's entry."""

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the loader looks for this name
g_ImplementationHelper.addImplementation(Commands, SERVICE, (SERVICE,))
