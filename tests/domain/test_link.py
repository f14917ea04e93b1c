"""Links: every form a person types or pastes, and what is said of the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import TestCase

from chatd.domain.link import (
    Link,
    LinkError,
    fingerprint,
    parse_fingerprint,
    parse_place,
    show_fingerprint,
)

FP = fingerprint(b"\x00" * 32)
SHOWN = show_fingerprint(FP)

#: ``device's secret!`` in base32.
SECRET = "mrsxm2ldmutxgidtmvrxezluee"


class Fingerprints(TestCase):
    def test_is_sha256_in_base32(self) -> None:
        # Of the empty string: SHA-256 e3b0c442…b855, base32 by RFC 4648.
        self.assertEqual(fingerprint(b""), "4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq")

    def test_shown_in_groups_of_four(self) -> None:
        self.assertEqual(SHOWN.split(" "), [FP[i : i + 4] for i in range(0, 52, 4)])

    def test_read_as_people_write_it(self) -> None:
        for text in (FP, FP.upper(), SHOWN, SHOWN.replace(" ", "-"), f" {SHOWN}\n"):
            self.assertEqual(parse_fingerprint(text), FP)

    def test_refused(self) -> None:
        for text in ("", FP[:-1], FP + "a", "1" + FP[1:], FP[:-1] + "b", "é" + FP[1:]):
            self.assertRaises(LinkError, parse_fingerprint, text)

    @given(st.binary(max_size=64))
    def test_every_key_has_one_that_can_be_read(self, key: bytes) -> None:
        self.assertEqual(parse_fingerprint(fingerprint(key)), fingerprint(key))


class Parsing(TestCase):
    def test_forms(self) -> None:
        for text, link in (
            ("chatd://chat.example:4170/", Link("chat.example")),
            ("chatd://chat.example:99", Link("chat.example", 99)),
            ("CHATDS://chat.example", Link("chat.example", tls=True)),
            ("chat.example", Link("chat.example")),
            ("  127.0.0.1:99\n", Link("127.0.0.1", 99)),
            ("[::1]:99", Link("::1", 99)),
            ("[::1]", Link("::1")),
            ("::1", Link("::1")),
            ("fe80::1%eth0", Link("fe80::1%eth0")),
            (f"chatd://[2001:DB8::0:1]/#{FP}", Link("2001:db8::1", fingerprint=FP)),
            (f"chatd://a:1/#{FP}", Link("a", 1, False, FP)),
            (f"chatd://a:1#{FP}", Link("a", 1, False, FP)),
            (f"chatd://a:1/#{FP}/", Link("a", 1, False, FP)),
            (f"chatds://a:1/#{SHOWN.upper()}/K7MQ-2x", Link("a", 1, True, FP, "K7MQ-2x")),
            (f"chatd://a:1/#{FP}/ k7mq  2X ", Link("a", 1, False, FP, "k7mq-2X")),
            (f"a:1#{FP}/K7MQ/{SECRET}", Link("a", 1, False, FP, "K7MQ", b"device's secret!")),
            (
                f"a:1#{FP}/K7MQ/{SECRET.upper()} ",
                Link("a", 1, False, FP, "K7MQ", b"device's secret!"),
            ),
            (f"a:1#{FP}/K7MQ/", Link("a", 1, False, FP, "K7MQ")),
        ):
            self.assertEqual(Link.parse(text), link, text)

    def test_refused_and_why(self) -> None:
        for text, said in (
            ("", "no host"),
            ("chatd://", "no host"),
            ("chatd://:4170", "no host"),
            ("http://a", "chatd://"),
            ("chatd://a:0", "1 to 65535"),
            ("chatd://a:65536", "1 to 65535"),
            ("chatd://a:", "1 to 65535"),
            ("chatd://a:+1", "1 to 65535"),
            ("chatd://a:١", "1 to 65535"),
            ("chatd://a b", "no host name"),
            ("chatd://a/b", "no host name"),
            ("chatd://-a", "no host name"),
            ("chatd://me@a", "no host name"),
            ("chatd://" + "a." * 200, "no host name"),
            ("[::1", "[::1]:4170"),
            ("[::1]x", "[::1]:4170"),
            ("[1.2.3.4]", "no IPv6"),
            ("a:b:c", "no IPv6"),
            ("::1%\x1b[2J", "no IPv6"),
            ("chatd://a/#", "no fingerprint"),
            ("chatd://a/#/ID", "no fingerprint"),
            ("chatd://a/#abcd", "52 characters"),
            (f"chatd://a/#{FP}/a!b", "one-time ID"),
            (f"chatd://a/#{FP}//{SECRET}", "one-time ID"),
            (f"chatd://a/#{FP}/a/b", "26 characters, this one 1"),
            (f"chatd://a/#{FP}/a/{SECRET}/b", "26 characters, this one 28"),
            (f"chatd://a/#{FP}/a/{SECRET[:-1]}1", "digits 2 to 7"),
            (f"chatd://a/#{FP}/a/{SECRET[:-1]}é", "digits 2 to 7"),
            ("a" * 2000, "at most 1024"),
        ):
            error = self.assertRaises(LinkError, Link.parse, text)
            self.assertIn(said, str(error), text)

    def test_secret_is_not_in_repr_nor_in_errors(self) -> None:
        link = Link.parse(f"chatd://a/#{FP}/SECRET/{SECRET}")
        for secret in ("SECRET", SECRET, "device's"):
            self.assertNotIn(secret, repr(link))
        self.assertTrue(str(link).endswith(f"/SECRET/{SECRET}"))
        for text in (
            f"chatd://a/{FP}/SECRET",
            f"chatd://a/#{FP}x/SECRET",
            f"a/#{FP}/SECRET!",
            f"a/#{FP}/ID/SECRET",
        ):
            error = self.assertRaises(LinkError, Link.parse, text)
            self.assertNotIn("SECRET", repr(error))

    def test_place(self) -> None:
        self.assertEqual(parse_place("a:1"), ("a", 1))
        self.assertEqual(parse_place("[::1]:1"), ("::1", 1))

    @given(
        st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]+)?\Z") | st.ip_addresses(v=6),
        st.integers(1, 65535),
        st.booleans(),
        st.just("") | st.binary(max_size=40).map(fingerprint),
        st.from_regex(r"\A[A-Za-z0-9-]{0,20}\Z"),
        st.just(b"") | st.binary(min_size=16, max_size=16),
    )
    def test_formatted_link_parses_to_itself(
        self, host: object, port: int, tls: bool, key: str, one_time_id: str, secret: bytes
    ) -> None:
        one_time_id = one_time_id if key else ""
        link = Link(str(host), port, tls, key, one_time_id, secret if one_time_id else b"")
        self.assertEqual(Link.parse(str(link)), link)

    @given(st.text() | st.text("chatds:/#[]1a.-% ", max_size=40))
    def test_any_text_parses_or_is_refused(self, text: str) -> None:
        try:
            link = Link.parse(text)
        except LinkError:
            return
        self.assertEqual(Link.parse(str(link)), link)
