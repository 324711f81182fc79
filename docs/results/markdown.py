"""Numbers and tables as Markdown."""

NONE = "–"


def table(header, rows, words=1):
    """A table; the first columns are words, numbers stand right."""
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join([" --- "] * words + [" ---: "] * (len(header) - words)) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def number(value):
    return NONE if value is None else f"{value:.3f}"


def signed(value):
    """`+0.053`, `−0.035`."""
    return f"{value:+.3f}".replace("-", "−")


def spread(mean, deviation=None):
    """`0.281 ± 0.061`."""
    return number(mean) if deviation is None else f"{number(mean)} ± {number(deviation)}"


def ours(share):
    return NONE if share is None else spread(share.mean, share.deviation)


def paper(value):
    """The paper's [mean, deviation] or [value]."""
    return NONE if value is None else spread(*value)


def count(share):
    return NONE if share is None or share.n == 0 else f"{share.right}/{share.n}"


def interval(share):
    if share is None or share.interval is None:
        return NONE
    lower, upper = share.interval
    return f"{lower:.2f}–{upper:.2f}"


def chance(p):
    """A p value, without pretending to more digits than count."""
    if p is None:
        return "no test"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def code(name):
    """A method's name as code; of a grid of methods, each."""
    return " · ".join(f"`{part}`" for part in name.split(" · "))


def listed(words):
    """`a, b and c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def bullets(sentences):
    return "".join(f"- {sentence}\n" for sentence in sentences)
