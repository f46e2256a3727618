"""Which spelling of an e-mail address means whom: the same on every host. Old addresses may be in any case."""

STORED = (
    "dana@example.com",
    "Old@Example.com",
    "Both@example.com",
    "both@example.com",
    "i̇stanbul@example.com",  # what a capital I with a dot becomes in lower case: two characters
    "ışık@example.com",
)
MEANT = {
    "dana@example.com": "dana@example.com",
    "DANA@Example.COM": "dana@example.com",
    "  Dana@example.com\t": "dana@example.com",
    "Old@Example.com": "Old@Example.com",
    "old@example.com": None,  # no index finds it, and two may have it
    "OLD@EXAMPLE.COM": None,
    "Both@example.com": "Both@example.com",
    "both@example.com": "both@example.com",
    "BOTH@example.com": "both@example.com",
    "İstanbul@example.com": "i̇stanbul@example.com",
    "ISTANBUL@example.com": None,
    "IŞIK@example.com": None,  # only in Turkish is I the capital of ı
    "ışık@example.com": "ışık@example.com",
    "nobody@example.com": None,
    "": None,
}
