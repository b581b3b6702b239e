"""Treasuries carried forward at a repo rate: forward prices, implied repo, basis."""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.bonds import accrued_interest, check_price
from haven.analytics.coupons import coupon_stream, payment_dates
from haven.analytics.dates import days_between
from haven.errors import Reason, refuse

_REPO_YEAR: Final = 360.0


def forward_price(
    price: FloatArray,
    coupon: FloatArray,
    maturity: DateArray,
    settle: DateArray,
    forward: DateArray,
    repo_rate: FloatArray,
) -> FloatArray:
    """Clean price at ``forward`` of a bond bought at ``settle`` and financed in repo.

    All flat and equally long; prices per 100 face, the repo rate a decimal on Act/360. Coupons on the way pay
    down the loan.

    Raises
    ------
    HavenError
        NO_SOLUTION unless settle < forward < maturity.
    """
    dirty, paid, paid_days, days, accrued = _carried(price, coupon, maturity, settle, forward)
    owed = dirty * (1.0 + repo_rate * days / _REPO_YEAR)
    result: FloatArray = owed - paid - repo_rate * paid_days / _REPO_YEAR - accrued
    return result


def implied_repo(
    price: FloatArray,
    coupon: FloatArray,
    maturity: DateArray,
    settle: DateArray,
    forward: DateArray,
    sold_at: FloatArray,
) -> FloatArray:
    """The repo rate, Act/360, at which the clean forward price is ``sold_at``: the return of buying and delivering."""
    dirty, paid, paid_days, days, accrued = _carried(price, coupon, maturity, settle, forward)
    gain = sold_at + accrued + paid - dirty
    rate: FloatArray = gain * _REPO_YEAR / (dirty * days - paid_days)
    return rate


def _carried(
    price: FloatArray, coupon: FloatArray, maturity: DateArray, settle: DateArray, forward: DateArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Dirty price, coupons paid and their coupon-days until forward, days carried, accrued interest at forward."""
    check_price(price)
    refuse(
        ~((forward > settle) & (forward < maturity)),
        Reason.NO_SOLUTION,
        lambda i: f"forward date must be after settle {settle[i]} and before maturity {maturity[i]}, got {forward[i]}",
    )
    now, then = coupon_stream(coupon, maturity, settle), coupon_stream(coupon, maturity, forward)
    count = now.payments - then.payments
    # Latest first: after the payments still to come at the forward date stand those made on the way to it.
    paid_on = payment_dates(maturity, now.payments)
    place = np.arange(paid_on.shape[1])
    on_the_way = (place >= then.payments[:, None]) & (place < now.payments[:, None])
    waited = (days_between(paid_on, forward[:, None]) * on_the_way).sum(axis=1)
    half_coupon = 50.0 * coupon
    return (
        price + accrued_interest(now),
        half_coupon * count,
        half_coupon * waited,
        days_between(settle, forward),
        accrued_interest(then),
    )
