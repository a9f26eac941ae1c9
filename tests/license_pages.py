# ruff: noqa: E501
"""Pages made by hand, each with the licence that its text is under, or None where the page grants none.

`PAGES` maps a name to (expected, markup). What is expected is what a person who reads the page would say, not what a
reader of marks can see.
"""

CC = "https://creativecommons.org/licenses"
BY, SA, NC = f"{CC}/by/4.0/", f"{CC}/by-sa/4.0/", f"{CC}/by-nc/4.0/"
NCSA, ND, BY3 = f"{CC}/by-nc-sa/4.0/", f"{CC}/by-nd/4.0/", f"{CC}/by/3.0/"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
PDM = "https://creativecommons.org/publicdomain/mark/1.0/"
BADGE = "https://i.creativecommons.org/l/by/4.0/88x31.png"
TEXT = (
    "<p>The river rises in the hills above the town and runs for forty miles to the sea. Barges carried coal on it"
    " until the railway came, and the towpath is a walk for families now.</p>"
    "<p>In spring the banks are yellow with marsh marigold, and kingfishers nest in the sandy bends below the weir.</p>"
)
NAV = '<nav><a href="/">Home</a> <a href="/about">About</a> <a href="/contact">Contact</a></nav>'


def page(body: str = "", head: str = "", *, foot: str = "", main: str = TEXT, title: str = "The river") -> str:
    """Return a page with a heading, some text, what is given, and a footer."""
    footer = f"<footer>{foot}</footer>" if foot else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{NAV}'
        f"<main><h1>{title}</h1>{main}{body}</main>{footer}</body></html>"
    )


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def a(href: str, words: str = "CC BY 4.0", more: str = "") -> str:
    return f'<a {more} href="{href}">{words}</a>'


REL = 'rel="license"'
_HEAD: dict[str, tuple[str | None, str]] = {
    "link": ("CC-BY-4.0", page(head=f'<link rel="license" href="{BY}">')),
    "link, capitals, no quotes": ("CC-BY-SA-4.0", page(head=f"<LINK REL=License HREF={SA}>")),
    "link, single quotes, self-closed": ("CC-BY-4.0", page(head=f"<link href='{BY}' rel='license'/>")),
    "link without a scheme": (
        "CC-BY-4.0",
        page(head='<link rel="license" href="//creativecommons.org/licenses/by/4.0/">'),
    ),
    "link with entities": (
        "CC-BY-4.0",
        page(head='<link rel="license" href="https:&#47;&#47;creativecommons.org/licenses/by/4.0/">'),
    ),
    "link to a deed in a language": (
        "CC-BY-SA-4.0",
        page(head=f'<link rel="license" href="{SA}deed.de" hreflang="de">'),
    ),
    "link with several relations": ("CC-BY-4.0", page(head=f'<link rel="license noopener" href="{BY}">')),
    "link to a port": ("CC-BY-3.0-DE", page(head=f'<link rel="license" href="{CC}/by/3.0/de/">')),
    "link to a port that SPDX has not": (
        "LicenseRef-CC-BY-SA-3.0-PL",
        page(head=f'<link rel="license" href="{CC}/by-sa/3.0/pl/">'),
    ),
    "link with rel=copyright": ("CC-BY-4.0", page(head=f'<link rel="copyright" href="{BY}">')),
    "link to NC": ("CC-BY-NC-4.0", page(head=f'<link rel="license" href="{NC}">')),
    "link to ND": ("CC-BY-ND-4.0", page(head=f'<link rel="license" href="{ND}">')),
    "link to CC0": ("CC0-1.0", page(head=f'<link rel="license" href="{ZERO}">')),
    "link to the public domain mark": ("CC-PDM-1.0", page(head=f'<link rel="license" href="{PDM}">')),
    "link in a broken head": (
        "CC-BY-4.0",
        f"<html><head><title>x<link></title><div><link rel=license href={BY}><p>Text<p>More",
    ),
    "RSL link": (
        None,
        page(head='<link rel="license" type="application/rsl+xml" href="https://example.org/license.xml">'),
    ),
    "RSL link beside a licence link": (
        "CC-BY-4.0",
        page(head=f'<link rel="license" type="application/rsl+xml" href="/rsl.xml"><link rel="license" href="{BY}">'),
    ),
    "link to own terms": (None, page(head='<link rel="license" href="/terms">')),
    "link to a look-alike host": (
        None,
        page(head='<link rel="license" href="https://creativecommons.org.example.com/licenses/by/4.0/">'),
    ),
    "link to a path that looks like one": (
        None,
        page(head='<link rel="license" href="https://example.org/creativecommons.org/licenses/by/4.0/">'),
    ),
    "link in a comment": (None, page(head=f'<!-- <link rel="license" href="{BY}"> -->')),
    "link in a template": (
        None,
        page(f'<template><link rel="license" href="{BY}"><a rel="license" href="{BY}">x</a></template>'),
    ),
    "link about a picture": (None, page(head=f'<link about="/img/river.jpg" rel="license" href="{BY}">')),
    "dc.rights address": ("CC-BY-4.0", page(head=f'<meta name="DC.rights" content="{BY}">')),
    "dc.rights sentence": (
        "CC-BY-4.0",
        page(
            head=(
                '<meta name="DC.Rights" content="Copyright (c) 2021 Jane Doe. This work is licensed under a Creative Commons'
                ' Attribution 4.0 International License."/>'
            )
        ),
    ),
    "dcterms.license": ("CC-BY-SA-4.0", page(head=f'<meta name="dcterms.license" content="{SA}">')),
    "dcterms.rights name": ("CC-BY-NC-4.0", page(head='<meta name="dcterms.rights" content="CC BY-NC 4.0">')),
    "meta license": ("CC-BY-4.0", page(head='<meta name="license" content="CC BY 4.0">')),
    "meta copyright without licence": (None, page(head='<meta name="copyright" content="Jane Doe 2021">')),
    "meta dct:license": ("CC-BY-4.0", page(head=f'<meta property="dct:license" content="{BY}">')),
    "meta cc:license": ("CC-BY-4.0", page(head=f'<meta property="cc:license" content="{BY}">')),
    "dc.rights open access": (None, page(head='<meta name="dc.rights" content="info:eu-repo/semantics/openAccess">')),
}
_JSON: dict[str, tuple[str | None, str]] = {
    "JSON-LD article": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@context":"https://schema.org","@type":"Article","license":"{BY}"}}')),
    ),
    "JSON-LD graph": (
        "CC-BY-4.0",
        page(
            head=ld(
                f'{{"@graph":[{{"@type":"WebPage","license":{{"@id":"{BY}"}}}},{{"@type":"Organization","name":"x"}}]}}'
            )
        ),
    ),
    "JSON-LD array": (
        "CC-BY-SA-4.0",
        page(head=ld(f'[{{"@type":"BreadcrumbList"}},{{"@type":"BlogPosting","license":["{SA}"]}}]')),
    ),
    "JSON-LD types in a list": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@type":["Article","LearningResource"],"license":"{BY}"}}')),
    ),
    "JSON-LD main entity": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@type":"WebPage","mainEntity":{{"@type":"Article","license":"{BY}"}}}}')),
    ),
    "JSON-LD named object": (
        "CC-BY-4.0",
        page(
            head=ld(
                '{"@type":"ScholarlyArticle","license":{"@type":"CreativeWork","name":"CC BY 4.0","url":"https://example.org/l"}}'
            )
        ),
    ),
    "JSON-LD website": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@type":"WebSite","url":"https://example.org/","license":"{BY}"}}')),
    ),
    "JSON-LD part of a site": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@type":"Article","isPartOf":{{"@type":"WebSite","license":"{BY}"}}}}')),
    ),
    "JSON-LD picture": (None, page(head=ld(f'{{"@type":"ImageObject","contentUrl":"/a.jpg","license":"{BY}"}}'))),
    "JSON-LD picture in an article": (
        None,
        page(head=ld(f'{{"@type":"NewsArticle","image":{{"@type":"ImageObject","license":"{BY}"}}}}')),
    ),
    "JSON-LD article and its picture": (
        "CC-BY-4.0",
        page(head=ld(f'{{"@type":"Article","license":"{BY}","image":[{{"@type":"ImageObject","license":"{NC}"}}]}}')),
    ),
    "JSON-LD video": (None, page(head=ld(f'{{"@type":"VideoObject","license":"{BY}"}}'))),
    "JSON-LD dataset": (None, page(head=ld(f'{{"@type":"Dataset","license":"{BY}"}}'))),
    "JSON-LD software": (
        None,
        page(head=ld('{"@type":"SoftwareApplication","license":"https://opensource.org/licenses/MIT"}')),
    ),
    "JSON-LD related articles": (
        None,
        page(
            head=ld(
                f'{{"@type":"CollectionPage","hasPart":[{{"@type":"Article","license":"{BY}"}},{{"@type":"Article","license":"{BY}"}}]}}'
            )
        ),
    ),
    "JSON-LD comment": (
        None,
        page(head=ld(f'{{"@type":"Article","comment":[{{"@type":"Comment","license":"{BY}"}}]}}')),
    ),
    "JSON-LD of another page": (
        None,
        page(
            head='<link rel="canonical" href="https://example.org/a">'
            + ld(f'{{"@type":"Article","url":"https://example.org/b","license":"{BY}"}}')
        ),
    ),
    "JSON-LD of this page": (
        "CC-BY-4.0",
        page(
            head='<link rel="canonical" href="https://example.org/a/">'
            + ld(f'{{"@type":"Article","@id":"http://www.example.org/a#article","license":"{BY}"}}')
        ),
    ),
    "JSON-LD broken": (None, page(head=ld(f'{{"@type":"Article","license":"{BY}"'))),
    "JSON-LD structured-data licence": (None, page(head=ld(f'{{"@type":"Article","sdLicense":"{BY}"}}'))),
    "microdata article": (
        "CC-BY-4.0",
        page(
            f'<div itemscope itemtype="https://schema.org/Article"><p>Text</p><link itemprop="license" href="{BY}"></div>'
        ),
    ),
    "microdata picture": (
        None,
        page(
            f'<div itemscope itemtype="https://schema.org/Article"><div itemprop="image" itemscope itemtype="https://schema.org/'
            f'ImageObject"><a itemprop="license" href="{BY}">CC BY</a></div></div>'
        ),
    ),
    "microdata meta": (
        "CC-BY-SA-4.0",
        page(
            f'<article itemscope itemtype="http://schema.org/BlogPosting"><meta itemprop="license" content="{SA}"/><p>x</p></article>'
        ),
    ),
}
CHOOSER3 = (
    f'<a rel="license" href="{BY3}"><img alt="Creative Commons License" style="border-width:0" '
    'src="https://i.creativecommons.org/l/by/3.0/88x31.png" /></a><br />This <span xmlns:dct="http://purl.org/dc/terms/" '
    'href="http://purl.org/dc/dcmitype/Text" rel="dct:type">work</span> by <a xmlns:cc="http://creativecommons.org/ns#" '
    'href="https://example.org" property="cc:attributionName" rel="cc:attributionURL">Jane Doe</a> is licensed under a '
    f'<a rel="license" href="{BY3}">Creative Commons Attribution 3.0 Unported License</a>.<br />Based on a work at '
    '<a xmlns:dct="http://purl.org/dc/terms/" href="https://example.org/x" rel="dct:source">example.org</a>.'
)
_BODY: dict[str, tuple[str | None, str]] = {
    "anchor in the footer": ("CC-BY-4.0", page(foot=f"<p>Content under {a(BY)}</p>")),
    "rel in the footer": ("CC-BY-SA-4.0", page(foot=f"<p>© 2024 Jane {a(SA, 'BY-SA', REL)}</p>")),
    "rel with noopener": ("CC-BY-4.0", page(foot=a(BY, "CC", 'rel="license noopener noreferrer" target="_blank"'))),
    "capitals": ("CC-BY-NC-4.0", page(foot=f'<P>Licensed <A REL="LICENSE" HREF="{NC.upper()}">here</A></P>')),
    "chooser 3 in the body": ("CC-BY-3.0", page(f"<p>{CHOOSER3}</p>")),
    "chooser 3 in the body without a paragraph": ("CC-BY-3.0", page(CHOOSER3)),
    "chooser 4": (
        "CC-BY-SA-4.0",
        page(
            foot=(
                '<p xmlns:cc="http://creativecommons.org/ns#" xmlns:dct="http://purl.org/dc/terms/"><span property="dct:title">The '
                'river</span> by <span property="cc:attributionName">Jane</span> is licensed under '
                f'<a href="{SA}?ref=chooser-v1" target="_blank" rel="license noopener noreferrer" style="display:inline-block;">CC '
                'BY-SA 4.0<img style="height:22px!important" src="https://mirrors.creativecommons.org/presskit/icons/cc.svg?'
                'ref=chooser-v1" alt=""></a></p>'
            )
        ),
    ),
    "RDFa": (
        "CC-BY-4.0",
        page(
            f'<div about="" rel="cc:license" resource="{BY}"></div>',
            foot=f'<span property="dct:license" resource="{BY}">x</span>',
        ),
    ),
    "RDFa about a picture": (None, page(f'<div about="/img/a.jpg"><a rel="cc:license" href="{BY}">BY</a></div>')),
    "RDFa typed picture": (
        None,
        page(f'<span typeof="dcmitype:StillImage" resource="#pic"><a {REL} href="{BY}">BY</a></span>'),
    ),
    "badge without a link": ("CC-BY-4.0", page(foot=f'<img src="{BADGE}" alt="Creative Commons License">')),
    "badge that leads to own page": ("CC-BY-4.0", page(foot=f'<a href="/license"><img src="{BADGE}" alt="CC"></a>')),
    "badge in the text": (None, page(f'<p>The badge <img src="{BADGE}" alt="a badge"> is green.</p>')),
    "badge of licensebuttons": (
        "CC-BY-NC-SA-4.0",
        page(foot='<img src="//licensebuttons.net/l/by-nc-sa/4.0/80x15.png">'),
    ),
    "class copyright": ("CC-BY-4.0", page(f'<div class="post-copyright">{a(BY)}</div>')),
    "WordPress plugin": (
        "CC-BY-SA-4.0",
        page(
            f'<div id="license-container"><a {REL} href="{SA}"><img src="/wp-content/plugins/license/img/by-sa.png" alt="License"></a>'
            f'<span>Except where otherwise noted, <span property="dct:title">The river</span> by Jane on Blog is licensed under a '
            f'<a {REL} href="{SA}">Creative Commons Attribution-ShareAlike 4.0 International</a> License.</span></div>'
        ),
    ),
    "sidebar with words": (
        "CC-BY-SA-4.0",
        page().replace(
            "</main>",
            f'</main><aside id="sidebar"><p>This blog is licensed under a {a(SA, "Creative Commons", REL)} licence.</p></aside>',
        ),
    ),
    "sidebar without words": (None, page().replace("</main>", f'</main><div class="sidebar widget">{a(BY)}</div>')),
    "layout called sidebar": (
        "CC-BY-4.0",
        f'<html><body><div class="content-sidebar has-sidebar sidebar-right"><h1>x</h1>{TEXT}<div class="footer">Text under {a(BY)}</div></div></body></html>',
    ),
    "layout in a table": (
        "CC-BY-2.5",
        f'<table><tr><td><h1>x</h1>{TEXT}<p>This work is licensed under a <a rel="license" href="{CC}/by/2.5/">licence</a></p></td></tr></table>',
    ),
    "article under its terms": (
        "CC-BY-4.0",
        page(
            f'<p>Open Access This article is licensed under a Creative Commons Attribution 4.0 International License, which permits use, sharing, adaptation, distribution and reproduction in any medium or format. To view a copy of this licence, visit <a href="{BY}" rel="license">{BY}</a>.</p>'
        ),
    ),
    "PLOS": (
        "CC-BY-4.0",
        page(
            f'<p><strong>Copyright: </strong>© 2020 Smith et al. This is an open access article distributed under the terms of the <a href="{BY}">Creative Commons Attribution License</a>, which permits unrestricted use.</p>'
        ),
    ),
    "Frontiers": (
        "CC-BY-4.0",
        page(
            f'<div class="Copyright"><p>Copyright © 2023 Lee. This is an open-access article distributed under the terms of the <a rel="license" href="{BY}" target="_blank">Creative Commons Attribution License (CC BY)</a>. The use, distribution or reproduction in other forums is permitted.</p></div>'
        ),
    ),
    "license-p": (
        "CC-BY-NC-ND-4.0",
        page(
            f'<p class="license-p">This is an open access article under the <a href="{CC}/by-nc-nd/4.0/">CC BY-NC-ND license</a>.</p>'
        ),
    ),
    "arXiv": (
        "CC-BY-4.0",
        page(
            f'<div class="abs-license"><a href="{BY}" title="Rights to this article" class="has_license"><img alt="license icon" role="presentation" src="https://arxiv.org/icons/licenses/by-4.0.png"/><span>view license</span></a></div>'
        ),
    ),
    "arXiv, not open": (
        None,
        page(
            '<div class="abs-license"><a href="http://arxiv.org/licenses/nonexclusive-distrib/1.0/" title="Rights to this article">view license</a></div>'
        ),
    ),
    "Stack Exchange": (
        "CC-BY-SA-4.0",
        page(
            foot=f'<p id="license">Site design / logo © 2024 Stack Exchange Inc; user contributions licensed under <a href="{SA}" rel="license">CC BY-SA</a>. <span id="svnrev">rev 2024.5.1</span></p>'
        ),
    ),
    "Wikipedia": (
        "CC-BY-SA-4.0",
        page(
            head=f'<link rel="license" href="{SA}deed.en">',
            foot=f'<ul id="footer-info"><li id="footer-info-copyright">Text is available under the <a rel="license" href="{SA}">Creative Commons Attribution-ShareAlike License 4.0</a>; additional terms may apply. Wikipedia® is a registered trademark.</li></ul>',
        ),
    ),
    "MDN": (
        "CC-BY-SA-2.5",
        page(
            foot=f'<p>Portions of this content are ©1998–2024 by individual mozilla.org contributors. Content available under <a href="{CC}/by-sa/2.5/">a Creative Commons license</a>.</p>'
        ),
    ),
    "GOV.UK": (
        "OGL-UK-3.0",
        page(
            foot='<span>All content is available under the <a rel="license" href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/">Open Government Licence v3.0</a>, except where otherwise stated</span>'
        ),
    ),
    "OGL in words": (
        "OGL-UK-3.0",
        page(
            foot="<p>All content is available under the Open Government Licence v3.0, except where otherwise stated</p>"
        ),
    ),
    "government by policy": (
        "CC-BY-4.0",
        page(
            foot=f"<p>Unless otherwise noted, all material on this website is licensed under {a(BY, 'CC BY 4.0')}.</p>"
        ),
    ),
    "GitBook": ("CC-BY-SA-4.0", page(f"<h2>License</h2><p>{a(SA, 'CC BY-SA 4.0')}</p>")),
    "licence under a heading, in words": (
        "CC-BY-4.0",
        page("<h3>Licence</h3><p>Creative Commons Attribution 4.0 International</p>"),
    ),
    "xkcd": (
        "CC-BY-NC-2.5",
        page(
            foot=f'<p>This work is licensed under a <a href="{CC}/by-nc/2.5/">Creative Commons Attribution-NonCommercial 2.5 License</a>.</p>'
        ),
    ),
    "CC0 waiver": (
        "CC0-1.0",
        page(
            f'<p xmlns:dct="http://purl.org/dc/terms/"><a rel="license" href="{ZERO}"><img src="https://i.creativecommons.org/p/zero/1.0/88x31.png" alt="CC0"/></a><br/>To the extent possible under law, <span property="dct:title">Jane</span> has waived all copyright to this work.</p>'
        ),
    ),
    "old file page": (
        "CC-BY-SA-3.0",
        f"<HTML><BODY BGCOLOR=white><H1>Notes</H1>{TEXT}<HR><ADDRESS>This page is licensed under <A HREF='{CC}/by-sa/3.0/'>CC BY-SA 3.0</A></ADDRESS></BODY></HTML>",
    ),
    "unclosed tags": (
        "CC-BY-4.0",
        f"<html><body><h1>x<p>Text<div id=footer><p>Site content is licensed under <a rel=license href={BY}>CC BY",
    ),
    "own licence page with a name": (
        "CC-BY-4.0",
        page(foot='<p>Licensed under <a rel="license" href="/license">CC BY 4.0</a></p>'),
    ),
}
_WORDS: dict[str, tuple[str | None, str]] = {
    "words": ("CC-BY-SA-4.0", page(foot="<p>Content licensed under CC BY-SA 4.0</p>")),
    "words, long name": (
        "CC-BY-4.0",
        page(foot="<p>This site is licensed under a Creative Commons Attribution 4.0 International License.</p>"),
    ),
    "words in the body": (
        "CC-BY-4.0",
        page("<p>This article is licensed under a Creative Commons Attribution 4.0 International License.</p>"),
    ),
    "words, short": ("CC-BY-SA-4.0", page(foot="<p>© 2024 Jane Doe · CC BY-SA 4.0</p>")),
    "words, no version": ("LicenseRef-CC-BY-SA-unversioned", page(foot="<p>Text available under CC BY-SA</p>")),
    "words with NC": ("CC-BY-NC-SA-4.0", page(foot="<p>Content is licensed CC-BY-NC-SA 4.0</p>")),
    "words, CC0": ("CC0-1.0", page(foot="<p>All text on this site is released under CC0 1.0.</p>")),
    "words in German": (
        "CC-BY-SA-4.0",
        page(
            foot="<p>Alle Inhalte stehen unter der Lizenz Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 4.0 International</p>"
        ),
    ),
    "words in French": (
        "CC-BY-SA-4.0",
        page(
            foot="<p>Sauf mention contraire, les textes sont mis à disposition sous licence Creative Commons Attribution - Partage dans les mêmes conditions 4.0 International.</p>"
        ),
    ),
    "words in Spanish": (
        "CC-BY-SA-4.0",
        page(
            foot="<p>El contenido de este sitio está bajo una licencia Creative Commons Reconocimiento-CompartirIgual 4.0 Internacional.</p>"
        ),
    ),
    "words in Portuguese": (
        "CC-BY-4.0",
        page(foot="<p>Este conteúdo está licenciado sob a licença Creative Commons Atribuição 4.0 Internacional.</p>"),
    ),
    "words in Italian": (
        "CC-BY-SA-4.0",
        page(
            foot="<p>I contenuti di questo sito sono distribuiti con licenza Creative Commons Attribuzione - Condividi allo stesso modo 4.0 Internazionale.</p>"
        ),
    ),
    "words in Dutch": (
        "CC-BY-4.0",
        page(
            foot="<p>De inhoud van deze site valt onder een Creative Commons Naamsvermelding 4.0 Internationaal licentie.</p>"
        ),
    ),
    "link in Japanese": (
        "CC-BY-4.0",
        page(
            foot=f"<p>このサイトの文章は {a(BY, 'クリエイティブ・コモンズ 表示 4.0 国際 ライセンス')}の下に提供されています。</p>"
        ),
    ),
    "link in Chinese": (
        "CC-BY-NC-SA-4.0",
        page(f"<p>本站文章除特别声明外，均采用 {a(NCSA, 'CC BY-NC-SA 4.0', REL)} 许可协议。</p>"),
    ),
    "words on a form": (
        None,
        page(
            "<form><label>License</label><select><option>CC BY 4.0</option><option>CC BY-SA 4.0</option></select></form>"
        ),
    ),
    "words in an example": (
        None,
        page("<p>For example, write “This work is licensed under CC BY 4.0” below your article.</p>"),
    ),
    "words in code": (None, page("<pre>This work is licensed under CC BY 4.0</pre>")),
    "words on others": (
        None,
        page("<p>Wikipedia's text is available under CC BY-SA 4.0, which many find confusing.</p>"),
    ),
    "words of no licence": (None, page(foot="<p>We like Creative Commons and support its work.</p>")),
    "no longer": (None, page("<p>This site is no longer licensed under CC BY 4.0.</p>")),
    "words, non-commercial only": (
        None,
        page(foot="<p>Content licensed under CC BY 4.0 for non-commercial use only.</p>"),
    ),
    "link, non-commercial only": (None, page(foot=f"<p>Content licensed under {a(BY)}, not for commercial use.</p>")),
}
_PARTS: dict[str, tuple[str | None, str]] = {
    "figure caption": (
        None,
        page(
            f'<figure><img src="a.jpg"><figcaption>Photo by Jane, <a {REL} href="{BY}">CC BY</a></figcaption></figure>'
        ),
    ),
    "photo credit": (None, page(f'<p class="photo-credit">Jane Doe, <a {REL} href="{BY}">CC BY 2.0</a></p>')),
    "photo credit under a picture": (None, page(f'<p><img src="a.jpg"><br>Jane Doe / {a(BY, "CC BY", REL)}</p>')),
    "photo credit in words": (None, page(f"<p>Image: Jane Doe ({a(BY)}).</p>")),
    "photo credit from Flickr": (
        None,
        page(
            f'<p><a href="https://www.flickr.com/photos/jane/1">Bridge</a> by Jane is licensed under {a(BY, "CC BY 2.0", REL)}</p>'
        ),
    ),
    "photo credits in the footer": (None, page(foot=f"<p>Photos by Jane Doe, {a(BY)}. © 2024 The Times</p>")),
    "photo credit without a link": (None, page("<p>Photo: Jane Doe, CC BY-SA 4.0, via Wikimedia Commons</p>")),
    "photos on this site": (None, page(foot=f"<p>Photos on this site are licensed under {a(BY)}.</p>")),
    "wp-caption": (
        None,
        page(f'<div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">{a(BY, "CC BY", REL)}</p></div>'),
    ),
    "Flickr": (
        None,
        page(
            f'<div class="photo-license-info"><a href="{CC}/by/2.0/" rel="license cc:license">Some rights reserved</a></div>',
            head='<meta property="og:type" content="flickr_photos:photo">',
        ),
    ),
    "video page": (
        None,
        page(
            f'<div id="meta"><p>License <a rel="license" href="{BY3}">Creative Commons Attribution license (reuse allowed)</a></p></div>',
            head='<meta property="og:type" content="video.other">',
        ),
    ),
    "gallery": (
        None,
        page(
            f'<div class="gallery">{"".join(f"<div><img src={n}.jpg>" + a(BY, "BY", REL) + "</div>" for n in range(4))}</div>'
        ),
    ),
    "related posts": (
        None,
        page(f'<div class="related-posts"><article><h3>Other</h3>{a(BY, "CC BY", REL)}</article></div>'),
    ),
    "cards": (
        None,
        page(
            f'<div class="card"><h3>A book</h3>{a(BY, "CC BY", REL)}</div><div class="card"><h3>Another</h3>{a(BY, "CC BY", REL)}</div>'
        ),
    ),
    "search results": (
        None,
        page(
            "<ul>" + "".join(f'<li><a href="/{n}">Title {n}</a> {a(BY, "CC BY", REL)}</li>' for n in range(5)) + "</ul>"
        ),
    ),
    "list of several licences": (
        None,
        page(f"<ul><li>{a(BY, 'BY', REL)}</li><li>{a(NC, 'BY-NC', REL)}</li><li>{a(SA, 'BY-SA', REL)}</li></ul>"),
    ),
    "articles side by side": (
        None,
        page(
            f"<article><h2>One</h2><p>{a(BY, 'BY', REL)}</p></article><article><h2>Two</h2><p>All rights reserved</p></article>"
        ),
    ),
    "comments": (
        None,
        page(f'<section id="comments"><p>Comments are licensed under {a(BY, "CC BY", REL)}</p></section>'),
    ),
    "comments in the footer": (None, page(foot=f"<p>Reader comments are licensed under {a(BY, 'CC BY', REL)}.</p>")),
    "contributions to come": (
        None,
        page(foot=f"<p>By posting you agree to license your contributions under {a(SA, 'CC BY-SA', REL)}.</p>"),
    ),
    "embedded widget": (
        None,
        page(f'<div class="embed"><iframe src="x"></iframe><a {REL} href="{BY}">CC BY</a></div>'),
    ),
    "blockquote": (None, page(f"<blockquote>This work is licensed under {a(BY, 'CC BY', REL)}</blockquote>")),
    "noscript": (None, page(f"<noscript><a {REL} href='{BY}'>CC BY</a></noscript>")),
    "textarea": (
        None,
        page(
            f"<p>Embed:</p><textarea><a rel='license' href='{BY}'>This work is licensed under CC BY 4.0</a></textarea>"
        ),
    ),
    "escaped code": (
        None,
        page(f'<p>Put <code>&lt;a rel="license" href="{BY}"&gt;CC BY 4.0&lt;/a&gt;</code> in your page.</p>'),
    ),
    "script string": (
        None,
        page(f'<script>var s = \'<a rel="license" href="{BY}">This work is licensed under CC BY 4.0</a>\';</script>'),
    ),
    "theme": (None, page(foot=f"<p>© 2024 Jane. Theme by Acme, licensed under {a(BY3, 'CC BY 3.0', REL)}.</p>")),
    "design": (
        None,
        page(foot=f'<p>© 2024 Jane. Design: <a href="https://html5up.net">HTML5 UP</a> ({a(BY3, "CC BY 3.0")})</p>'),
    ),
    "icons and fonts": (None, page(foot=f"<p>Icons from Font Awesome ({a(BY)}); fonts under the OFL.</p>")),
    "map": (None, page(foot=f"<p>Map data © OpenStreetMap contributors, {a(SA, 'CC BY-SA')}</p>")),
    "data": (None, page(foot=f"<p>Our data are available under {a(BY, 'CC BY', REL)}.</p>")),
    "code samples only": (
        None,
        page(
            foot='<p>Code samples are licensed under the <a rel="license" href="https://www.apache.org/licenses/LICENSE-2.0">Apache 2.0 License</a>.</p>'
        ),
    ),
    "article that uses another": (
        None,
        page(
            foot=f"<p>This article uses material from the Wikipedia article River, which is released under {a(SA, 'CC BY-SA', REL)}.</p>"
        ),
    ),
    "prose on licences": (
        None,
        page(f"<p>The {a(BY, 'CC BY licence')} lets others use a work, and {a(NC, 'CC BY-NC')} forbids sales.</p>"),
    ),
    "review of a book": (None, page(f"<p>The book is available under {a(BY, 'CC BY')} from its publisher.</p>")),
    "open part of a closed page": (
        None,
        page(f"<figure>{a(BY, 'CC BY', REL)}</figure>", foot="© 2024 The Times. All rights reserved."),
    ),
    "plain closed page": (
        None,
        page(foot="© 2024 The Times. All rights reserved. License our articles at licensing@example.org"),
    ),
    "ad for a licence": (
        None,
        page(foot='<p><a rel="license" href="https://example.org/buy">License this content</a></p>'),
    ),
}
_SEVERAL: dict[str, tuple[str | None, str]] = {
    "text and code": (
        "CC-BY-4.0",
        page(
            foot=f'<p>Text is {a(BY)}, code samples are <a href="https://www.apache.org/licenses/LICENSE-2.0">Apache 2.0</a>.</p>'
        ),
    ),
    "text and code, rel on both": (
        "CC-BY-4.0",
        page(
            foot=f'<p>Except as otherwise noted, the content of this page is licensed under the {a(BY, "Creative Commons Attribution 4.0 License", REL)}, and code samples are licensed under the <a rel="license" href="https://www.apache.org/licenses/LICENSE-2.0">Apache 2.0 License</a>.</p>'
        ),
    ),
    "code first": (
        "CC-BY-3.0",
        page(
            foot=f'<p>Code licensed <a rel="license" href="https://opensource.org/licenses/MIT">MIT</a>, docs {a(BY3, "CC BY 3.0", REL)}.</p>'
        ),
    ),
    "text and pictures": (
        "CC-BY-4.0",
        page(foot=f"<p>Text: {a(BY, 'CC BY 4.0', REL)}; photos: {a(NC, 'CC BY-NC 4.0', REL)}.</p>"),
    ),
    "text and pictures, in words": (
        "CC-BY-4.0",
        page(foot="<p>Text is licensed under CC BY 4.0, photos are licensed under CC BY-NC 4.0.</p>"),
    ),
    "text with pictures": ("CC-BY-4.0", page(foot=f"<p>Text and images are licensed under {a(BY)}.</p>")),
    "except for pictures": ("CC-BY-4.0", page(foot=f"<p>Except for images, this page is licensed under {a(BY)}.</p>")),
    "text and comments": (
        "CC-BY-4.0",
        page(
            f'<div id="comments">Comments: {a(NC, "CC BY-NC", REL)}</div>',
            foot=f"<p>This site is licensed under {a(BY, 'CC BY', REL)}</p>",
        ),
    ),
    "page and its photograph": (
        "CC-BY-4.0",
        page(f"<figure>{a(NC, 'NC', REL)}</figure>", head=f'<link rel="license" href="{BY}">'),
    ),
    "photograph under an open page's NC": (
        "CC-BY-NC-4.0",
        page(f"<figure>{a(BY, 'BY', REL)}</figure>", head=f'<link rel="license" href="{NC}">'),
    ),
    "head and footer agree": (
        "CC-BY-4.0",
        page(head=f'<link rel="license" href="{BY}">', foot=f"<p>Content under {a(BY, 'CC BY', REL)}</p>"),
    ),
    "head and footer disagree": (
        None,
        page(head=f'<link rel="license" href="{BY}">', foot=f"<p>Content under {a(NC, 'CC BY-NC', REL)}</p>"),
    ),
    "name and address disagree": (None, page(foot=f"<p>Content under {a(BY, 'CC BY-NC 4.0', REL)}</p>")),
    "all rights reserved and a badge": (
        None,
        page(foot=f'<p>© 2024 Jane. All rights reserved. <a {REL} href="{BY}"><img src="{BADGE}"></a></p>'),
    ),
    "all rights reserved and a link": (
        None,
        page(head=f'<link rel="license" href="{BY}">', foot="<p>© 2024 Acme Inc. All rights reserved.</p>"),
    ),
    "all rights reserved by template": (
        "CC-BY-4.0",
        page(
            f'<p>This article is licensed under a <a rel="license" href="{BY}">Creative Commons licence</a>.</p>',
            foot="<p>© 2024 Publisher. All rights reserved.</p>",
        ),
    ),
    "some rights reserved": ("CC-BY-4.0", page(foot=f"<p>Some rights reserved: {a(BY)}</p>")),
}
PAGES: dict[str, tuple[str | None, str]] = {**_HEAD, **_JSON, **_BODY, **_WORDS, **_PARTS, **_SEVERAL}
