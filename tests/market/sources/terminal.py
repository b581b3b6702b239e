"""A terminal that behaves like Bloomberg's, behind a module that behaves like blpapi's."""

import datetime as dt
from types import SimpleNamespace

STATUS, PARTIAL, RESPONSE, TIMEOUT = 1, 2, 3, 4


class BlpapiError(Exception):
    """The base of blpapi's exceptions."""


class Name(str):
    """A name of an element; blpapi's own takes no plain text for these."""


class Element:
    """An element as blpapi shows it: a dict is a sequence, a list an array, the rest a value."""

    def __init__(self, held):
        self._held = held

    def isArray(self):
        return isinstance(self._held, list)

    def values(self):
        assert self.isArray()
        return [Element(one) for one in self._held]

    def hasElement(self, name):
        assert isinstance(name, Name)
        return name in self._held

    def getElement(self, name):
        assert isinstance(name, Name)
        if name not in self._held:
            raise BlpapiError(f"no element {name}")
        return Element(self._held[name])

    def getElementAsString(self, name):
        return str(self.getElement(name)._held)

    def getElementAsFloat(self, name):
        held = self.getElement(name)._held
        if not isinstance(held, (int, float)):
            raise BlpapiError(f"{held!r} is no float")
        return float(held)

    def getElementAsDatetime(self, name):
        held = self.getElement(name)._held
        assert isinstance(held, dt.date)
        return held


class Message(Element):
    def __init__(self, held, kind="Response"):
        super().__init__(held)
        self._kind = kind

    def messageType(self):
        return Name(self._kind)


class Event(list):
    def __init__(self, kind, *messages):
        super().__init__(messages)
        self._kind = kind

    def eventType(self):
        return self._kind


class Request:
    def __init__(self, kind):
        self.kind = kind
        self.lists = {"securities": [], "fields": []}
        self.set_to = {}

    def getElement(self, name):
        assert isinstance(name, Name)
        return SimpleNamespace(appendValue=self.lists[name].append)

    def set(self, name, value):
        assert isinstance(name, Name)
        self.set_to[str(name)] = value


class Terminal:
    """What a test's terminal answers, and what it was asked.

    ``answer(request)`` gives the events that answer a request.
    """

    def __init__(self, answer, starts=True, opens=True):
        self.answer, self.starts, self.opens = answer, starts, opens
        self.requests, self.stopped, self.place = [], 0, None

    def module(self):
        """It as the module ``blpapi``."""
        terminal = self

        class SessionOptions:
            def setServerHost(self, host):
                self.host = host

            def setServerPort(self, port):
                self.port = port

        class Session:
            def __init__(self, options):
                terminal.place = (options.host, options.port)
                self._events = [Event(STATUS, Message({}, "SessionStarted"))]

            def start(self):
                return terminal.starts

            def openService(self, name):
                assert name == "//blp/refdata"
                return terminal.opens

            def getService(self, _):
                return SimpleNamespace(createRequest=Request)

            def sendRequest(self, request):
                terminal.requests.append(request)
                self._events += terminal.answer(request)

            def nextEvent(self, milliseconds):
                assert isinstance(milliseconds, int)
                return self._events.pop(0) if self._events else Event(TIMEOUT)

            def stop(self):
                terminal.stopped += 1

        kinds = SimpleNamespace(PARTIAL_RESPONSE=PARTIAL, RESPONSE=RESPONSE, TIMEOUT=TIMEOUT)
        return SimpleNamespace(
            Name=Name, SessionOptions=SessionOptions, Session=Session, Event=kinds, Exception=BlpapiError
        )


def history(security, *entries, **more):
    """The message with one security through time."""
    return Message({"securityData": {"security": security, "fieldExceptions": [], "fieldData": list(entries), **more}})


def now(*securities):
    """The message with several securities as they are now."""
    return Message({"securityData": [{"fieldExceptions": [], "fieldData": {}, **one} for one in securities]})
