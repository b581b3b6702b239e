"""The stand-ins for pywin32, before anything imports xlwings."""

from tests.hosts.excel import pywin32

pywin32.install()
