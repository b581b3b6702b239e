"""Logarithms of discount factors between the nodes of a curve.

Times are days from the curve's date, where the discount factor is one. Nodes ascend and are all positive.
Before the first node and beyond the last the forward rate is flat, except that a monotone-convex curve keeps
its shape up to the last node.

Source
------
Hagan and West (2006), "Interpolation Methods for Curve Construction", Applied Mathematical Finance 13(2),
for the monotone-convex method, without its positivity constraint as US rates may be negative.
"""

import numpy as np

from haven.analytics.arrays import FloatArray


def log_linear_weights(nodes: FloatArray, times: FloatArray) -> FloatArray:
    """What each node contributes to the straight line at each time.

    Parameters
    ----------
    nodes : (..., n) array
    times : (..., k) array
        At or after zero.

    Returns
    -------
    (..., k, n) array
        ``[j, i]`` is the derivative of the log discount factor at time j by that at node i.
    """
    lengths = np.diff(nodes, prepend=0.0, axis=-1)
    passed = (times[..., None] - (nodes - lengths)[..., None, :]) / lengths[..., None, :]
    passed = np.maximum(passed, 0.0)
    passed[..., :-1] = np.minimum(passed[..., :-1], 1.0)
    passed[..., :-1] -= passed[..., 1:]
    return passed


def log_linear(nodes: FloatArray, logs: FloatArray, times: FloatArray) -> FloatArray:
    """Log discount factors on straight lines.

    Parameters
    ----------
    nodes : (n,) array
    logs : (..., n) array
        Log discount factors at the nodes; leading axes are scenarios.
    times : (k,) array

    Returns
    -------
    (..., k) array
    """
    grid, values = _from_zero(nodes, logs)
    segment = np.searchsorted(nodes[:-1], times)
    weight = (times - grid[segment]) / (grid[segment + 1] - grid[segment])
    result: FloatArray = values[..., segment] * (1.0 - weight) + values[..., segment + 1] * weight
    return result


def monotone_convex(nodes: FloatArray, logs: FloatArray, times: FloatArray) -> FloatArray:
    """Log discount factors under continuous forwards; shapes as in :func:`log_linear`."""
    grid, values = _from_zero(nodes, logs)
    lengths = np.diff(grid)
    average = -np.diff(values, axis=-1) / lengths
    segment = np.searchsorted(nodes[:-1], times)
    at_nodes = _node_forwards(average, lengths)
    left = (at_nodes[..., :-1] - average)[..., segment]
    right = (at_nodes[..., 1:] - average)[..., segment]
    passed = (times - grid[segment]) / lengths[segment]
    inside = np.minimum(passed, 1.0)
    bend = _bend(left, right, inside) + (passed - inside) * right
    result: FloatArray = values[..., segment] - lengths[segment] * (average[..., segment] * passed + bend)
    return result


def _from_zero(nodes: FloatArray, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and logs with the curve's own date, where the discount factor is one, in front."""
    start = np.zeros((*logs.shape[:-1], 1))
    return np.concatenate([[0.0], nodes]), np.concatenate([start, logs], axis=-1)


def _node_forwards(average: FloatArray, lengths: FloatArray) -> FloatArray:
    """Forwards at the nodes from the average forwards between them."""
    if lengths.size == 1:
        return np.concatenate([average, average], axis=-1)
    before, after = lengths[:-1], lengths[1:]
    inner = (before * average[..., 1:] + after * average[..., :-1]) / (before + after)
    first = 1.5 * average[..., :1] - 0.5 * inner[..., :1]
    last = 1.5 * average[..., -1:] - 0.5 * inner[..., -1:]
    return np.concatenate([first, inner, last], axis=-1)


def _bend(left: FloatArray, right: FloatArray, x: FloatArray) -> FloatArray:
    """Integral to ``x`` of the forward's distance from its average, which runs from ``left`` to ``right``.

    Ends of like sign, or one much the smaller, need a flat piece or a vertex between two parabolas to stay
    monotone; ends that balance are joined by one parabola.
    """
    same_sign = left * right > 0.0
    flat_left = (left * right <= 0.0) & (np.abs(right) > 2.0 * np.abs(left))
    flat_right = (left * right <= 0.0) & (np.abs(right) < 0.5 * np.abs(left))
    two_parabolas = same_sign | flat_left | flat_right
    level = np.select([same_sign, flat_left, flat_right], [_ratio(-left * right, left + right), left, right], 0.0)
    vertex = np.select(
        [same_sign, flat_left, flat_right],
        [_ratio(right, left + right), _ratio(right + 2.0 * left, right - left), _ratio(3.0 * right, right - left)],
        0.5,
    )
    falling = vertex - _ratio(np.maximum(vertex - x, 0.0) ** 3, vertex**2)
    rising = _ratio(np.maximum(x - vertex, 0.0) ** 3, (1.0 - vertex) ** 2)
    bent = level * x + ((left - level) * falling + (right - level) * rising) / 3.0
    one_parabola = left * (x - 2.0 * x**2 + x**3) + right * (x**3 - x**2)
    return np.where(two_parabolas, bent, one_parabola)


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """The quotient, zero where the denominator is."""
    zero = denominator == 0.0
    result: FloatArray = np.where(zero, 0.0, numerator / np.where(zero, 1.0, denominator))
    return result


def meeting_steps(nodes: FloatArray, meetings: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The grid on which forwards step at meetings, and elsewhere only as far as the nodes demand.

    Among all step forwards that pass through the nodes, it has the least sum of squared steps, a step away from
    a meeting counting a million times.

    Parameters
    ----------
    nodes : (n,) array
    meetings : (j,) array
        Days from the curve's date on which a decision takes effect; those beyond the nodes are left out.

    Returns
    -------
    grid : (m,) array
        Nodes and meetings, ascending.
    to_grid : (m, n) array
        ``[i, j]`` is what node j contributes to the log discount factor at grid point i.
    """
    grid = np.union1d(nodes, meetings[meetings < nodes[-1]])
    is_node = np.isin(grid, nodes)
    lengths = np.diff(grid, prepend=0.0)
    forwards = -np.diff(np.eye(grid.size), axis=0, prepend=0.0) / lengths[:, None]
    dearness = np.where(np.isin(grid[:-1], meetings), 1.0, 1e3)
    steps = dearness[:, None] * np.diff(forwards, axis=0)
    to_grid = np.zeros((grid.size, nodes.size))
    to_grid[is_node] = np.eye(nodes.size)
    to_grid[~is_node] = -np.linalg.lstsq(steps[:, ~is_node], steps[:, is_node])[0]
    return grid, to_grid
