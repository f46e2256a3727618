"""Events leave the shop, and never reach into its own network."""

from __future__ import annotations

import socket

import pytest

from saleor_loyalty.deliveries.addresses import find_addresses, is_public, parse_url
from saleor_loyalty.deliveries.refusals import EndpointRefused
from saleor_loyalty.deliveries.sending import send


@pytest.fixture(autouse=True)
def _outer_network_only(settings):
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = False


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "garbage",
    ],
)
def test_an_inner_address_is_not_public(address):
    assert is_public(address) is False


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_an_outer_address_is_public(address):
    assert is_public(address) is True


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://localhost/",
        "https://localhost./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1:8443/hook",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_url_that_leads_inside_is_refused_when_it_is_saved_and_when_it_is_sent_to(url):
    with pytest.raises(EndpointRefused):
        find_addresses(parse_url(url))
    answer = send(url, body=b"{}", headers={})
    assert answer.status is None
    assert answer.error.startswith("The name ")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https:///path",
        "https://user@example.com/",
        "https://:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:0x50/",
        "https://exam ple.com/",
        "https://example.com/\r\nX: 1",
        "https://example.com\\@127.0.0.1/",
        "https://еxample.com/",
        "https://[::1/",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_what_is_no_plain_https_url_is_refused(url):
    with pytest.raises(EndpointRefused):
        parse_url(url)


def test_the_parts_of_a_url():
    target = parse_url("https://Hooks.Example.com:8443/a/b?c=d")
    assert (target.is_secure, target.host, target.port, target.path) == (True, "hooks.example.com", 8443, "/a/b?c=d")
    assert target.host_header == "hooks.example.com:8443"
    assert parse_url("https://example.com").path == "/"
    assert parse_url("https://[2606:4700:4700::1111]/").host_header == "[2606:4700:4700::1111]"


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch):
    # given: what a name server may answer
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_values: found)

    # when / then
    with pytest.raises(EndpointRefused, match=r"leads to 10\.0\.0\.1, which is not a public address"):
        find_addresses(parse_url("https://example.com/"))


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch, settings):
    # given: a name that leads somewhere else each time it is asked for
    answers = iter(["1.1.1.1", "127.0.0.1"])
    asked, connected = [], []

    def resolve(host, port, **_values):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, **_values):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)

    # when
    send("https://rebinding.example.com/", body=b"{}", headers={})

    # then
    assert (asked, connected) == (["rebinding.example.com"], [("1.1.1.1", 443)])


def test_localhost_without_tls_is_for_a_trial_under_debug(settings):
    settings.DEBUG = True
    assert find_addresses(parse_url("http://localhost:9/"))
    with pytest.raises(EndpointRefused):
        parse_url("http://example.com/")
    with pytest.raises(EndpointRefused):
        find_addresses(parse_url("https://10.0.0.1/"))


def test_an_endpoint_that_talks_without_end_is_hung_up_on(monkeypatch, settings):
    # given: a server that sends a byte now and then, and never an answer
    settings.LOYALTY_EVENT_PRIVATE_NETWORKS = True
    monkeypatch.setattr("saleor_loyalty.deliveries.sending.ALL_SECONDS", 0.3)
    import threading

    server = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def drip():
        peer, _ = server.accept()
        with peer:
            while not is_over.wait(0.05):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()

    # when
    answer = send(f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"{}", headers={})

    # then
    is_over.set()
    thread.join(5)
    server.close()
    assert (answer.status, answer.error) == (None, "It did not answer in time.")
