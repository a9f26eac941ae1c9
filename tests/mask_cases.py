"""Labelled texts for each kind: what is to be masked stands in ⟦ ⟧, all else must stay. Written for these tests."""

from licet.schemas.masking import Kind

EMAIL = (
    """
Mail me at ⟦jane.doe@corp-mail.com⟧ please.
⟦jane.doe+lists@mail.corp.co.uk⟧
<⟦j_doe%x@sub.dept.uni-bonn.de⟧>
"Jane Doe" <⟦JANE@CORP.ORG⟧>, <⟦joe@corp.org⟧>
mailto:⟦jane@corp.io⟧?subject=hi
contact:⟦a1@b2.fr⟧;⟦c3@d4.fr⟧
end of a sentence ⟦jane@corp.org⟧. Next one.
in quotes '⟦o-neil@corp.net⟧'
email=⟦jane@corp.museum⟧
联系⟦zhang@corp.cn⟧谢谢
Адрес: ⟦ivan@corp.ru⟧, Москва
⟦josé.garcía@correo.es⟧ wrote
printf("hello\\n⟦bob@corp.org⟧")
"\\t⟦tom@corp.org⟧\\n"
Author: Jane <⟦jane@corp.org⟧>
# Written by ⟦jane@corp.org⟧ in 2010
Reply-To: ⟦x-y-z@a-b-c.de⟧
{"email": "⟦jane@corp.org⟧"}
⟦_jane@corp.org⟧
⟦jane@xn--bcher-kva.de⟧
⟦9lives@corp.info⟧
jane [at] corp [dot] org is ⟦jane [at] corp [dot] org⟧
write to ⟦jane (at) corp (dot) org⟧ today
write to ⟦jane(at)corp.org⟧ today
⟦jane at corp dot org⟧
⟦jane.doe AT corp DOT co DOT uk⟧
⟦jane {at} corp {dot} de⟧
by ⟦jane DOT doe AT corp DOT fr⟧
""".strip()
    .replace("jane [at] corp [dot] org is ", "")
    .splitlines()
)
NO_EMAIL = """
@app.route("/x")
@staticmethod
icon@2x.png
logo@3x.webp
react@18.2.0
lodash@^4.17.21
node_modules/@babel/core
npm i @types/node@20.1.0
python@3.11
git@github.com:org/repo.git
git clone git@gitlab.com:a/b.git
ssh://git@bitbucket.org/a/b.git
https://key@sentry.io/1
https://9f2d7c0e@o123.ingest.sentry.io/5
jane@example.com
jane@example.org
jane@mail.example.net
someone@example.de
user@host.test
a@b.invalid
root@localhost
admin@myserver
no-reply@corp.org
noreply@corp.org
12345+jane@users.noreply.github.com
AdeleV@contoso.com
user@domain.com
w = a@b
y = X@W.T
loss = q@k.to(device)
self.a@self.b
foo(a matrix) x@y.mean()
hmac-sha2-256-etm@openssh.com
chacha20-poly1305@openssh.com
curve25519-sha256@libssh.org
Copyright (c) 2020 Jane <jane@corp.org>
# Copyright 2019-2021 Jane Doe <jane@corp.org>, Joe <joe@corp.org>
© 2021 Jane jane@corp.org
(c) 2017 Jane <jane@corp.org>
# (c) jane@corp.org
SPDX-FileCopyrightText: 2022 Jane <jane@corp.org>
@ home
me@
@me
a@.com
a..b@corp.org..
user@corp
sha256@9f86d081
x@1.2.3.4
meet me at the dot com office
we met at noon dot on time
look at example dot com
at last (dot) net
he looked at it [dot] on the i
""".strip().splitlines()

PHONE = """
Call ⟦+49 30 901820⟧ now
⟦+1 415 555 2671⟧
⟦+1-415-555-2671⟧
⟦+1 (415) 555-2671⟧
⟦+44 20 7946 0018⟧ is one
tel: ⟦+442079460018⟧
"⟦+33145678901⟧"
href="tel:⟦+4930901820⟧"
⟦+33 1 45 67 89 01⟧
⟦+91 98765 43210⟧
⟦+86 10 6552 9988⟧.
⟦+49 (0)30 901820⟧
⟦+49.30.901820⟧
⟦+380 44 123 4567⟧
(⟦+7 495 123-45-67⟧)
Fax ⟦+41 44 668 18 00⟧
⟦415-555-2671⟧
⟦(415) 555-2671⟧
⟦(415)555-2671⟧
⟦1-800-275-2273⟧ toll free
Phone: ⟦415.555.2671⟧
phone ⟦415 555 2671⟧
my number is ⟦604-457-4895⟧
(⟦212-736-5000⟧)
电话⟦415-555-2671⟧
call me at ⟦(212) 736-5000⟧, ok?
""".strip().splitlines()
NO_PHONE = """
2021-03-04
2021-03-04 12:30:45
20210304123045
+0100
12:00+01:00
2021-03-04T12:30:45+0100
+1
+1000000000
x = +1234567890
a+1234567890
1+4930901820
"+1.23456789"
+1.5e-10 +2.25
ISBN 978-3-16-148410-0
ISBN 0-306-40615-2
978-0-306-40615-7
1.2.3.4
10.4.12.100
123-456-7890
555-555-5555
415-555-0123
(415) 555-0199
+1 415 555 0123
(555) 123-4567
911-555-1234
411-911-1234
415-911-1234
415 555 2671
234 567 8901 345 678 9012
415.555.2671
v415.555.2671
550e8400-e29b-41d4-a716-446655440000
9f86d081884c7d659a2feaa0c55ad015
SSN 078-05-1120
order 1234567890
id=4155552671
415-555-26711
4155-555-2671
415-555-2671-1
-415-555-2671
/415-555-2671
#415-555-2671
0x415-555-2671
+999 123 456 789
+0 123 456 7890
(12) 345-6789
f(415) - 555
[200-300-4000]
pages 200-210-3000
4111-1111-1111-1111
+- 5 +- 3
C+11 20 21 22 23 24
+12 +34 +56 +78
222-222-2222
1 2 3 4 5 6 7 8 9 10 11
rate +12 34.5%
ABC+49 30 901820
=+49 30 901820
""".strip().splitlines()

IP_ADDRESS = (
    """
Failed login from ⟦93.184.216.34⟧ port 22
⟦66.249.65.4⟧ - - [10/Oct/2000:13:55:36 -0700]
http://⟦93.184.216.34⟧/x
http://⟦93.184.216.34⟧:8080/
ssh root@⟦78.46.194.186⟧
server ⟦5.9.12.44⟧;
host 9.8.7.1 and ip ⟦9.8.4.1⟧
ip: "⟦203.1.45.7⟧"
[⟦185.220.101.5⟧]
(⟦185.220.101.5⟧)
⟦185.220.101.5⟧, ⟦185.220.101.6⟧
⟦185.220.101.5⟧,⟦185.220.101.6⟧
A 300 IN ⟦151.101.65.140⟧
⟦151.101.65.140⟧/32
public_ip: ⟦52.1.9.63⟧
X-Forwarded-For: ⟦185.220.101.5⟧
The address is ⟦185.220.101.5⟧.
来自⟦185.220.101.5⟧的
ip ⟦2003:e5:1f02::1⟧ up
[⟦2a01:4f8:c17:b0f::2⟧]:80
⟦2607:f8b0:4005:805::200e⟧
⟦2607:f0d0:1002:0051:0000:0000:0000:0004⟧
⟦2A02:6B8:0:1::FEED:FF⟧
""".strip()
    .replace("host 9.8.7.1 and ip ", "the ip ")
    .splitlines()
)
NO_IP_ADDRESS = """
127.0.0.1
0.0.0.0
10.0.0.1
172.16.4.2
192.168.1.1
169.254.1.1
192.0.2.1
198.51.100.7
203.0.113.9
224.0.0.251
255.255.255.0
100.64.0.1
8.8.8.8
1.1.1.1
v1.2.3.4
version 51.22.93.44
version 151.22.93.44
Version=14.0.0.0
requests==12.28.91.3
foo>=2.1.8.4
foo ~=12.11.80.4
Chrome/90.0.44.2
Firefox-91.4.92.8
1.2.3.4
3.1.4.1 Scope of this section
2.4.1.1. Terms
§ 3.2.1.4
section 14.2.81.4
1.3.6.1.4.1
1.3.6.1
2.5.29.35
52.0.0.0/8
93.184.216.0
93.184.216.34/24
93.184.0.0/16
300.1.2.3
1.2.3
1.2.3.4.5
1.2.3.4.5.6
093.184.216.34
93.184.216.034
a93.184.216.34
93.184.216.34a
93.184.216.34.5
93.184.216.34.xip.example
11.22.33.44
71.1.1.1
20.20.20.5
"2.11.0.4"
M5,23.4c1.54,10.76,4,12.22,4.48,12.4.84.92,2.79-.46
release 184.12.93.4
since 90.12.93.4
1.168.192.in-addr.arpa
5.2.0.192.in-addr.arpa
12:34:56
00:1A:2B:3C:4D:5E
2021:03:04 12:30
std::vector
Dead::Beef
fe80::1
::1
fd00::1
2001:db8::1
2001:db8:85a3::8a2e:370:7334
ff02::1
2a01:4f8::/32
2a01:4f8:111:4221::
2000:12
a2a01:4f8:c17:b0f::2
2345:6789
2:3:4
""".strip().splitlines()

IBAN = """
IBAN ⟦DE75 5121 0800 1245 1261 99⟧.
⟦DE75512108001245126199⟧
iban: ⟦FR7630006000011234567890189⟧
⟦GB33BUKB20201555555555⟧
⟦NL02ABNA0123456789⟧, next
(⟦CH56 0483 5012 3456 7800 9⟧)
⟦ES79 2100 0813 6101 2345 6789⟧
⟦IT60X0542811101000000123456⟧
⟦BE71 0961 2345 6769⟧
⟦NO8330001234567⟧
转账⟦AT483200000012345864⟧
""".strip().splitlines()
NO_IBAN = """
DE75512108001245126198
DE89370400440532013000
GB82 WEST 1234 5698 7654 32
GB33BUKB2020155555555
GB33BUKB202015555555555
XX33BUKB20201555555555
US12345678901234567890
de75512108001245126199
AB12 CDEF GHIJ KLMN
ISO9001
AE07
SHA25612345678901234567890
ADE75512108001245126199
""".strip().splitlines()

CARD = """
card ⟦4556737586899855⟧
⟦4556 7375 8689 9855⟧
⟦4556-7375-8689-9855⟧
Visa: ⟦4556737586899855⟧
⟦5425 2334 3010 9903⟧
credit ⟦5425233430109903⟧
MasterCard ⟦2223000048410010⟧
Amex ⟦374245455400126⟧
⟦3742 454554 00126⟧
card number is ⟦6011000991300009⟧.
""".strip().splitlines()
NO_CARD = """
4556737586899855
4111 1111 1111 1111
card 4242424242424242
card 4242 4242 4242 4242
card 4556737586899856
4556 7375 8689 9856
order 1234567890123456
1111 2222 3333 4444
4556 7375 8689 9855 1234
4556 7375-8689 9855
1625097600000
16250976000001234
card 9999999999999995
0x4556737586899855
0.4556737586899855
card-4556737586899855x
5556 6666 7777 8888
isbn 9783161484100
4.556737586899855
card 0000 0000 0000 0000
""".strip().splitlines()

_GH = "ghp_" + "Zq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE7"
_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI5ODE3MjMiLCJuYW1lIjoiSmFuZSJ9."
    "Tq8vX2mN5pL7wR3yB9cD4fG6hJ1aS0dE8kZ_uQxI2o4"
)
_BODY = "\n".join(
    (
        "MIIEpAIBAAKCAQEA7Zq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE7kQxI2o4uYtV",
        "b8MnCxZlKjHgFdSaPoIuYtReWq0192837465AlSkDjFhGqPwOeIrUtYzMxNcBvLm",
    )
)
_PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{_BODY}\n-----END RSA PRIVATE KEY-----"
_ONE_LINE = _PEM.replace("\n", "\\n")
KEY = [
    "key = ⟦AKIA2E3FGH4JKLMN5PQR⟧",
    "⟦ASIA2E3FGH4JKLMN5PQR⟧",
    f"export GITHUB_TOKEN=⟦{_GH}⟧",
    f"token: ⟦{_GH.replace('ghp', 'gho')}⟧",
    "⟦glpat-Zq3vN8xK2mT7pL5wR9yB⟧",
    "⟦xoxb-123918273645-918273645102-Zq3vN8xK2mT7pL5wR9yB4cD6⟧".replace("123918273645", "203918273645"),
    "⟦AIzaZq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE⟧",
    "⟦sk_live_Zq3vN8xK2mT7pL5wR9yB4cD6⟧",
    "⟦rk_live_Zq3vN8xK2mT7pL5wR9yB4cD6⟧",
    "OPENAI = ⟦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⟧",
    "⟦sk-ant-api03-" + "Zq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE7kQxI2o4uYtVb8MnCxZlKjHgFdSaPoIuYtReWq0192837465AlSkDjFh⟧",
    "⟦hf_Zq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3d⟧",
    "//registry/:_authToken=⟦npm_Zq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE7⟧",
    "⟦pypi-AgEIcHlwaS5vcmcCJDZq3vN8xK2mT7pL5wR9yB4cD6fG1hJ0aS3dE7kQxI2o4uYtVb8MnCx⟧",
    "⟦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⟧",
    "⟦dop_v1_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08⟧",
    f"jwt: ⟦{_JWT}⟧",
    f"Authorization: Bearer ⟦{_JWT}⟧",
    '"Authorization": "Bearer ⟦Zq3vN8xK2mT7pL5wR9yB4cD6⟧"',
    "Authorization: Basic ⟦amFuZTpUcTh2WDJtTjVwTA==⟧",
    f"⟦{_PEM}⟧",
    f'key = "⟦{_ONE_LINE}⟧"',
    f"pre\n⟦{_PEM.replace('RSA ', '')}⟧\npost",
    f"⟦{_PEM.replace('RSA', 'OPENSSH')}⟧",
    f"⟦-----BEGIN PRIVATE KEY-----\n{_BODY}⟧\n\nand cut off.",
    "postgres://app:⟦Tq8vX2mN5pL7⟧@db.corp.org/x",
    "https://jane:⟦hG7$kk2xQ⟧@corp.org/",
    "redis://:⟦Tq8vX2mN5pL7⟧@10.0.0.1:6379",
    'api_key = "⟦9fQ8xY7zK2mN4pL6wR3t⟧"',
    "apiKey: '⟦9fQ8xY7zK2mN4pL6wR3t⟧'",
    '"client_secret": "⟦9fQ8xY7zK2mN4pL6wR3t⟧"',
    '{\\"client_secret\\": \\"⟦9fQ8xY7zK2mN4pL6wR3t⟧\\"}',
    'SECRET_KEY = "⟦q8z!x2m@n5p#l7w^r3y&b9c*d4f-g6h_j1a+s0⟧"',
    "AWS_SECRET_ACCESS_KEY=⟦wQz7rXUtnFEMI/K7MDENG/bPxRfiCYzq8vX2mNpL⟧",
    'aws_secret_access_key = "⟦wQz7rXUtnFEMI/K7MDENG/bPxRfiCYzq8vX2mNpL⟧"',
    "auth_token: ⟦9f86d081884c7d659a2feaa0c55ad015⟧",
    "const accessToken = `⟦9fQ8xY7zK2mN4pL6wR3t⟧`;",
    'private_key: str = "⟦9fQ8xY7zK2mN4pL6wR3t⟧"',
    "config['api_token'] = '⟦9fQ8xY7zK2mN4pL6wR3t⟧'",
    'password = "⟦Kx9#mQ2$vL7p⟧"',
    "spring.datasource.password=⟦9fQ8xY7zK2mN4pL6wR3t⟧",
    "api_key=⟦9fQ8xY7zK2mN4pL6wR3t⟧&x=1",
    'access_key => "⟦9fQ8xY7zK2mN4pL6wR3t⟧"',
    'token = b"⟦9fQ8xY7zK2mN4pL6wR3t⟧"',
]
NO_KEY = [
    "AKIAIOSFODNN7EXAMPLE",
    "AKIAXXXXXXXXXXXXXXXX",
    "XAKIA2E3FGH4JKLMN5PQR",
    "AKIA2E3FGH4JKLMN5PQRS",
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "ghp_abc",
    "ghp_" + "a" * 36,
    "glpat-xxxxxxxxxxxxxxxxxxxx",
    "xoxb-your-token-here",
    "AIzaSyEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMP",
    "sk_test_your_key_here_please_now",
    "sk-learn",
    "sk-...",
    "hf_hub_download",
    "hf_model_for_sequence_classification_x",
    "npm_config_registry",
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJ.eyJ.x",
    'api_key = "YOUR_API_KEY"',
    'api_key = "your-api-key-here-123"',
    'api_key = "xxxxxxxxxxxxxxxxxxxx1"',
    'api_key = "1234567890123456"',
    'api_key = "aaaaaaaaaaaaaaaaaaaa"',
    'api_key = "my-secret-token-value1"',
    'api_key = "test_key_for_unit_tests_1"',
    'api_key = "${API_KEY_FROM_ENV_1}"',
    'api_key = "{{ vault_api_key_1 }}"',
    'api_key = "<insert your key 1>"',
    'api_key = os.environ["API_KEY_1"]',
    "api_key = get_api_key_from_vault1(x)",
    "api_key = settings.api_key_number_1",
    'api_key_url = "9fQ8xY7zK2mN4pL6wR3t"',
    'public_key = "9fQ8xY7zK2mN4pL6wR3t"',
    'secret_name = "9fQ8xY7zK2mN4pL6wR3t"',
    'token_type = "9fQ8xY7zK2mN4pL6wR3t"',
    'next_page_token = "9fQ8xY7zK2mN4pL6wR3t"',
    'tokenizer = "9fQ8xY7zK2mN4pL6wR3t"',
    'primary_key = "9fQ8xY7zK2mN4pL6wR3t"',
    'checksum = "9fQ8xY7zK2mN4pL6wR3t"',
    'sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    'commit = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"',
    'integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"',
    'client_secret = "550e8400-e29b-41d4-a716-446655440000"',
    'token = "550e8400-e29b-41d4-a716-446655440000"',
    'src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"',
    'secret = "/run/secrets/db_password_1"',
    'secret = "https://corp.org/secret/1/long"',
    'password = "password123"',
    'password = "changeme123"',
    'password = "hunter2"',
    'password = "correct horse battery 1"',
    "if password == other_password_2:",
    'label: "Enter your password 12"',
    'help="the API key, of 32 hex digits"',
    "https://user:password@host.org/",
    "https://user:pass@host.org/",
    "https://jane@corp.org/x:1@y",
    "postgres://postgres:postgres@localhost/x",
    "amqp://guest:guest@rabbit:5672",
    "https://%s:%s@host.org",
    "https://${USER}:${PASS}@host.org",
    "https://<user>:<key>@host.org",
    "ftp://anonymous:mail9x@host.org",
    "http://host:8080/a@b",
    "-----BEGIN PUBLIC KEY-----\n" + _BODY + "\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\n" + _BODY + "\n-----END CERTIFICATE-----",
    "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    'if line.startswith("-----BEGIN RSA PRIVATE KEY-----"):',
    "Authorization: Bearer <token>",
    "Authorization: Bearer YOUR_TOKEN_GOES_HERE_1",
    "Authorization: Basic b3BlbnNoaWZ0LWNoYWxsZW5naW5nLWNsaWVudDo=",
    "Basic understanding of 2 things is asked for",
    'credential = "camelCaseNamesOfThings2Do"',
    'secret_key = "abcdefghijklmnopqrstuvwxyz0123456789"',
    "SECRET=",
    'secret=""',
]
CASES: dict[Kind, tuple[list[str], list[str]]] = {
    "email": (EMAIL, NO_EMAIL),
    "phone": (PHONE, NO_PHONE),
    "ip_address": (IP_ADDRESS, NO_IP_ADDRESS),
    "iban": (IBAN, NO_IBAN),
    "card": (CARD, NO_CARD),
    "key": (KEY, NO_KEY),
}
