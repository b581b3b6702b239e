"""Status: where the figures are from, how old they are, and what could not be done."""

from openpyxl.styles import Alignment

from haven.functions.models import MODELS
from haven.workbook.template.look import ABSENT, BP, ISO_DATE, ORANGE, beside, entry, or_absent
from haven.workbook.template.page import ALARM, Page

SERIES_ROWS = 230
FACT_ROWS = 10
REFRESH_ROWS = 10
OVERRIDE_ROWS = 12
LOAD_ROWS = 12
KEPT_ROWS = 40
_DATES_TOP = 19
_MODELS_TOP = 25
WEEK_BACK = (7, 8, 9, 10, 6)
"""Where a week before is looked for, in days: the nearest date with a figure, so a holiday is no gap."""


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Every series with its age on the left; the last refresh, dates, sources, overrides and loads on the right."""
    page.widths(1.7, 14, 10, 8.5, 7.5, 11, 5, 10, 22, 1.7, 15, 22, 10.5, 10.5, 1.7)
    page.heading("Status", "where the figures are from, and how old they are")
    page.section("B4", "Series: latest figure, age in business days, status", 8)
    series = [
        ("Series", "@"),
        ("Date", ISO_DATE),
        ("Figure", "0.0000"),
        ("Unit", "@"),
        ("Source", "@"),
        ("Age", "0"),
        ("Status", "@"),
        ("Remark", "@"),
    ]
    page.mark(f"H6:I{5 + SERIES_ROWS}", 'OR($H6="stale",$H6="suspect")', ALARM)
    page.table("Status_series", "B5", series, SERIES_ROWS)
    page.section("K4", "Last refresh", 4)
    page.table("Status_facts", "K5", [("Fact", "@"), ("", "@")], FACT_ROWS)
    _dates(page)
    _models(page)
    refreshes = [("When, UTC", "yyyy-mm-dd hh:mm"), ("Outcome", "@"), ("Figures", "0"), ("What failed", "@")]
    own = [("Series", "@"), ("What it stands for", "@"), ("Date", ISO_DATE), ("Figure", "0.0000")]
    loads = [("Loaded from", "@"), ("What", "@"), ("Load", "0"), ("When, UTC", "yyyy-mm-dd")]
    top = _MODELS_TOP + len(MODELS) + 2
    wide = {"Status_refreshes": "N", "Status_kept": "L"}
    for title, name, columns, rows in (
        ("Last refreshes of the store", "Status_refreshes", refreshes, REFRESH_ROWS),
        ("Overrides: figures typed over on the Data page", "Status_overrides", own, OVERRIDE_ROWS),
        ("Last loads of the store", "Status_loads", loads, LOAD_ROWS),
        ("Cells not computed: they keep what they had", "Status_kept", [("Cell", "@"), ("Why", "@")], KEPT_ROWS),
    ):
        page.section(f"K{top}", title, 4)
        page.table(name, f"K{top + 1}", columns, rows)
        for row in range(top + 2, top + 2 + rows) if name in wide else ():
            page.one_line(f"{wide[name]}{row}", "O")
        top += rows + 3
    page.even_rows(5, 5 + SERIES_ROWS)
    page.sheet.freeze_panes = "A4"


def _dates(page: Page) -> None:
    """The dates behind the tiles: a figure's own, the business day before it, and a week before."""
    page.section(f"K{_DATES_TOP - 2}", "Dates behind the tiles", 4)
    page.header(f"K{_DATES_TOP - 1}", ["", "as of", "1 day before", "1 week before"])
    spread, premium = "HV_SWAPSPREAD(Desk_tenor,{0})", "HV_TERMPREMIUM(Desk_tenor,{0},Desk_model)"
    latest = 'IF(Desk_date="",IFNA(HV_ASOF("SPREAD."&Desk_tenor),HV_ASOF()),Desk_date)'
    modelled = entry("HV_TERMPREMIUMCURVE(Desk_date,Desk_model)", 2, 3)
    rows = (("Spread and curve", "Desk", latest, spread), ("Term premium", "Premium", modelled, premium))
    for row, (label, name, newest, call) in enumerate(rows, start=_DATES_TOP):
        cells = [(label, "@"), (f"={newest}", ISO_DATE)]
        cells += [(days_back(call, f"$L{row}", days), ISO_DATE) for days in ((1, 2, 3, 4, 5), WEEK_BACK)]
        page.row(f"K{row}", cells)
        for column, end in zip("LMN", ("asof", "day", "week"), strict=True):
            page.name(f"{name}_{end}", f"{column}{row}")
    page.note(f"K{_DATES_TOP + 2}", "the nearest earlier date with a figure, so a holiday is no gap")
    page.text(f"K{_DATES_TOP + 3}", f"={_lacking()}", size=9, bold=True, color=ORANGE)
    page.name("Desk_absent", f"K{_DATES_TOP + 3}")


def _models(page: Page) -> None:
    """Each term-premium model on the Desk date: why a page shows a dash for one."""
    page.section(f"K{_MODELS_TOP - 2}", "Term-premium models on the Desk date", 4)
    page.header(f"K{_MODELS_TOP - 1}", ["Model", "", "10Y, bp", "as of"])
    for row, model in enumerate(MODELS, start=_MODELS_TOP):
        date = entry(f"HV_TERMPREMIUMCURVE(Desk_date,$K{row})", 2, 3)
        never = f'ISNA(HV_TERMPREMIUM("10Y","",$K{row}))'
        state = f'=IF(M{row}<>"{ABSENT}","has figures",IF({never},"not in the store","none on this date"))'
        premium = or_absent(f'10000*HV_TERMPREMIUM("10Y",Desk_date,$K{row})')
        page.row(f"K{row}", [(model, "@"), (state, "@"), (f"={premium}", BP), (f"={date}", ISO_DATE)])
        page.sheet[f"L{row}"].alignment = Alignment(horizontal="left", vertical="center", indent=1)
    page.name("Acm_asof", f"N{_MODELS_TOP + MODELS.index('ACM')}")


def _lacking() -> str:
    """Why the pages show dashes for the date and tenor chosen; nothing where there is a swap spread."""
    begin = '"No swap spread of "&Desk_tenor&" on "&TEXT(Desk_asof,"yyyy-mm-dd")&'
    latest = 'TEXT(HV_ASOF("SPREAD."&Desk_tenor),"yyyy-mm-dd")'
    near = 'TEXT(Desk_day,"yyyy-mm-dd")'
    told = (
        f'IF(Desk_day="{ABSENT}",IFNA("; the latest is of "&{latest},"; the store has none of this tenor"),'
        f'"; the last before it is of "&{near})'
    )
    return f'IF(ISNA(HV_SWAPSPREAD(Desk_tenor,Desk_asof)),{begin}{told}&". ","")'


def days_back(call: str, date: str, days: tuple[int, ...]) -> str:
    """The first of the dates some days back on which a call has a figure, a dash where it has on none."""
    formula = f'"{ABSENT}"'
    for back in reversed(days):
        formula = f"IF(ISNUMBER({call.format(f'{date}-{back}')}),{date}-{back},{formula})"
    return f"={beside(date, formula)}"
