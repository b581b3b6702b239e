"""A refresh that the menu started: fetched by the Haven process, then written into the document."""

import json
import threading
import time
from typing import Any

import unohelper  # type: ignore[import-not-found]
from com.sun.star.awt import XCallback  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]
from haven_areas import named_areas, read_areas, write_tables  # type: ignore[import-not-found]
from haven_client import ProcessGoneError  # type: ignore[import-not-found]
from haven_office import CLIENT  # type: ignore[import-not-found]

SECONDS_BETWEEN_LOOKS = 0.1


class Refresh(unohelper.Base, XCallback):  # type: ignore[misc]
    """One refresh under way.

    A thread asks how far it is, so that the office is free meanwhile; what is shown, written and told is done by the
    office's own thread, which calls :meth:`notify`.
    """

    def __init__(self, commands: Any, context: Any, document: Any) -> None:
        self._commands, self._document = commands, document
        self._office = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
        self._indicator = document.getCurrentController().getFrame().createStatusIndicator()
        self._indicator.start("Haven", 100)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        ended = False
        while not ended:
            try:
                state = CLIENT.ask({"command": "refreshing"})["value"]
            except ProcessGoneError as gone:
                state = {"ended": True, "fetched": False, "told": str(gone)}
            ended = state["ended"]
            self._office.addCallback(self, json.dumps(state))
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def notify(self, text: str) -> None:
        """Show how far it is; at its end write what was fetched and say what went wrong."""
        state = json.loads(text)
        if not state["ended"]:
            self._indicator.setText(f"Haven: {state['done']} of {state['of']} sources, {state['text']}")
            self._indicator.setValue(100 * state["done"] // state["of"])
            return
        self._indicator.end()
        told = [state["told"]]
        if state["fetched"]:
            try:
                told.append(self._write())
            except ProcessGoneError as gone:
                told.append(str(gone))
            except DisposedException:
                told.append("The document was closed meanwhile; nothing was written into it.")
        if any(told):
            self._commands.tell("\n".join(filter(None, told)))

    def _write(self) -> str:
        """Write the market into the document and calculate every formula; why that can't be done, or nothing."""
        areas = named_areas(self._document)
        answer = CLIENT.ask({"command": "tables", **read_areas(areas)})
        if "failure" in answer:
            return str(answer["failure"])
        refusal: str = write_tables(self._document, areas, answer["value"])
        self._document.calculateAll()
        return refusal
