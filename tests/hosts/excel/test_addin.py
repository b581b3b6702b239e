"""The add-in as a file: sound, the same each time, complete, and its ribbon as Microsoft's schema wants it."""

import re
import zipfile
from xml.etree import ElementTree

import pytest
from oletools.olevba import VBA_Parser
from pyopenvba.integrity import check_file

from haven.errors import HavenError
from haven.functions import CATALOGUE
from haven.hosts.excel import addin
from haven.hosts.excel.actions import ACTIONS
from haven.hosts.excel.addin import ATTACH_CLSID, build, installed_settings, windowless
from haven.hosts.excel.jobs import JOBS
from haven.hosts.excel.ribbon import NAMESPACE, ribbon_xml
from haven.hosts.excel.wrappers import wrappers
from tests.hosts.excel.vba import source
from tests.shared import SHARED, needs_shared

PYTHON = r"C:\Haven\Scripts\pythonw.exe"
CALLBACKS = ("onAction", "onLoad", "getLabel", "onChange")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("addin") / "Haven.xlam"
    build(path, PYTHON)
    return path


@pytest.fixture(scope="module")
def modules(built):
    """Sources by module name as oletools reads them."""
    found = VBA_Parser(str(built)).extract_macros()
    return {name.rpartition(".")[0]: text.replace("\r\n", "\n") for _, _, name, text in found}


def ribbon():
    return ElementTree.fromstring(ribbon_xml())


def test_the_same_build_satisfies_the_same_bytes(built, tmp_path):
    again = tmp_path / "Haven.xlam"
    build(again, PYTHON)
    assert again.read_bytes() == built.read_bytes()


def test_the_package_satisfies_an_integrity_check(built):
    report = check_file(built)
    assert report.complete
    assert report.issues == ()


def test_the_package_satisfies_being_an_add_in(built):
    with zipfile.ZipFile(built) as package:
        assert "addin.macroEnabled.main+xml" in package.read("[Content_Types].xml").decode()
        assert "customUI/customUI14.xml" in package.read("_rels/.rels").decode()
        sheets = re.findall(r'<sheet [^>]*name="([^"]+)"', package.read("xl/workbook.xml").decode())
    assert sheets[-1] == "_IntelliSense_"


@pytest.mark.parametrize("name", ["HavenCalls", "HavenExcel", "HavenRibbon"])
def test_sources_match_what_oletools_reads_back(modules, name):
    assert modules[name].strip() == source(name).strip()


def test_wrappers_match_what_oletools_reads_back(modules):
    assert modules["HavenFunctions"].strip() == wrappers().strip()


def test_the_module_of_xlwings_matches_the_installed_one(modules):
    assert 'XLWINGS_VERSION As String = "0.37.8"' in modules["xlwings"]
    assert 'PROJECT_NAME As String = "haven"' in modules["xlwings"]
    assert "BSD 3-clause" in modules["xlwings"]


def test_no_path_or_name_of_the_builder_satisfies_absence(built):
    import getpass
    import socket

    content = b"".join(zipfile.ZipFile(built).read(name) for name in zipfile.ZipFile(built).namelist())
    for secret in (str(built.parent), socket.gethostname()):
        assert secret.encode() not in content
    assert getpass.getuser().encode() not in content or getpass.getuser() == "root"


@needs_shared
def test_the_ribbon_satisfies_the_schema_of_microsoft():
    import xmlschema

    xmlschema.XMLSchema(str(SHARED / "reference" / "customui14.xsd")).validate(ribbon_xml().decode())


def test_every_callback_satisfies_being_a_public_sub():
    public = set(re.findall(r"^Public Sub (\w+)", source("HavenRibbon"), re.MULTILINE))
    named = {element.get(callback) for element in ribbon().iter() for callback in CALLBACKS} - {None}
    assert named
    assert named <= public
    assert "Option Private Module" not in source("HavenRibbon")


def test_every_button_satisfies_an_action():
    words = {element.get("tag").partition(":")[0] for element in ribbon().iter() if element.get("tag")}
    assert words <= set(ACTIONS) | set(JOBS)
    assert {*ACTIONS, *JOBS} - {"as_of"} <= words


def test_every_function_satisfies_a_place_in_the_menu():
    tags = {element.get("tag") for element in ribbon().iter() if element.get("tag")}
    assert {f"insert:{name}" for name in CATALOGUE} <= tags


def test_ids_satisfy_uniqueness():
    ids = [element.get("id") for element in ribbon().iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert ribbon().tag == f"{{{NAMESPACE}}}customUI"


def test_settings_satisfy_one_command_for_every_workbook(built):
    stated = installed_settings(built)
    assert stated["command"] == f'"{PYTHON}" -I -m haven.hosts.excel.server $(CLSID)'
    assert stated["library64"] == r"C:\Haven\xlwings64-0.37.8.dll"
    assert stated["library32"] == r"C:\Haven\xlwings32-0.37.8.dll"
    assert stated["HV_SWAPSPREAD"] == "Haven Rates"


def test_attach_mode_satisfies_starting_no_process(tmp_path):
    path = tmp_path / "Haven.xlam"
    build(path, PYTHON, attach=True)
    assert installed_settings(path)["command"] == ATTACH_CLSID


def test_help_while_typing_matches_the_catalogue(built):
    with zipfile.ZipFile(built) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()
    for declaration in CATALOGUE.values():
        assert f">{declaration.name}<" in sheet


def test_another_xlwings_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(addin.metadata, "version", lambda _: "0.36.0")
    with pytest.raises(HavenError, match=r"xlwings must be 0\.37\.8, got 0\.36\.0"):
        build(tmp_path / "Haven.xlam")


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(HavenError, match=r"must be named \.xlam"):
        build(tmp_path / "Haven.xlsm")


@pytest.mark.parametrize(
    ("given", "expected"),
    [(r"C:\H\python.exe", r"C:\H\pythonw.exe"), (r"C:\H\pythonw.exe", r"C:\H\pythonw.exe"), ("/usr/bin/python3",) * 2],
)
def test_the_windowless_python_pinned(given, expected):
    assert windowless(given) == expected
