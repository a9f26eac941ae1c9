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
# Modelled on what well-known sites and generators write.
_SITES: dict[str, tuple[str | None, str]] = {
    "PLOS footers": (None, page(foot="<p>PLOS is a nonprofit 501(c)(3) corporation.</p>")),
    "conversation republish": (
        "CC-BY-ND-4.0",
        page(
            f'<p>This article is republished from The Conversation under a Creative Commons license. Read the original.</p><p>We believe in the free flow of information. Republish our articles for free, online or in print, under a <a href="{ND}">Creative Commons license</a>.</p>'
        ),
    ),
    "jekyll minima": (
        "CC-BY-4.0",
        page(
            foot='<div class="wrapper"><p>© 2023 <a href="/">Jane</a>. Content is available under a <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a> license. Powered by <a href="https://jekyllrb.com">Jekyll</a>.</p></div>'
        ),
    ),
    "chirpy": (
        "CC-BY-4.0",
        page(
            f'<div class="license-wrapper mb-3"> This post is licensed under <a href="{BY}"> CC BY 4.0 </a> by the author.</div>',
            foot='<p>© 2024 <a href="x">Jane</a>. <span title="Except where otherwise noted, the blog posts on this site are licensed under the Creative Commons Attribution 4.0 International (CC BY 4.0) License by the author.">Some rights reserved.</span></p><p>Using the <a>Chirpy</a> theme for <a>Jekyll</a>.</p>',
        ),
    ),
    "hugo congo": (
        "CC-BY-NC-SA-4.0",
        page(
            f'<footer><p>© 2024 Jane · <a href="{NCSA}">CC BY-NC-SA 4.0</a> · Powered by Hugo &amp; Congo</p></footer>'
        ),
    ),
    "hexo next": (
        "CC-BY-NC-SA-4.0",
        page(
            f'<div class="post-copyright"><ul><li class="post-copyright-author"><strong>本文作者： </strong>Jane</li><li class="post-copyright-link"><strong>本文链接：</strong><a href="https://x/">https://x/</a></li><li class="post-copyright-license"><strong>版权声明： </strong>本博客所有文章除特别声明外，均采用 <a href="{NCSA}" rel="noopener" target="_blank"><i class="fab fa-fw fa-creative-commons"></i>BY-NC-SA</a> 许可协议。转载请注明出处！</li></ul></div>'
        ),
    ),
    "mkdocs material": (
        "CC-BY-4.0",
        page(
            foot=f'<div class="md-copyright"><div class="md-copyright__highlight">Copyright &copy; 2024 Jane – <a href="{BY}">CC BY 4.0</a></div>Made with <a href="x">Material for MkDocs</a></div>'
        ),
    ),
    "sphinx": (
        "CC-BY-SA-4.0",
        page(foot='<div role="contentinfo"><p>&#169; Copyright 2020, Jane. Licensed under CC BY-SA 4.0.</p></div>'),
    ),
    "docusaurus MIT": (
        None,
        page(foot='<div class="footer__copyright">Copyright © 2024 My Project, Inc. Built with Docusaurus.</div>'),
    ),
    "kubernetes": (
        "CC-BY-4.0",
        page(
            foot='<small>© 2024 The Kubernetes Authors | Documentation Distributed under <a href="https://git.k8s.io/website/LICENSE">CC BY 4.0</a></small><small>© 2024 The Linux Foundation ®. All rights reserved. The Linux Foundation has registered trademarks.</small>'
        ),
    ),
    "google devsite": (
        "CC-BY-4.0",
        page(
            f'<devsite-content-footer><p>Except as otherwise noted, the content of this page is licensed under the <a href="{BY}">Creative Commons Attribution 4.0 License</a>, and code samples are licensed under the <a href="https://www.apache.org/licenses/LICENSE-2.0">Apache 2.0 License</a>. For details, see the <a href="/p">Google Developers Site Policies</a>.</p><p>Last updated 2024-01-01 UTC.</p></devsite-content-footer>'
        ),
    ),
    "whitehouse": (
        "CC-BY-3.0-US",
        page(
            foot=f'<p>Except where otherwise noted, third-party content on this site is licensed under a <a href="{CC}/by/3.0/us/">Creative Commons Attribution 3.0 License</a>.</p>'
        ),
    ),
    "europa": (
        "CC-BY-4.0",
        page(
            f'<p>Unless otherwise indicated (e.g. in individual copyright notices), content owned by the EU on this website is licensed under the <a href="{BY}">Creative Commons Attribution 4.0 International (CC BY 4.0) licence</a>. This means that reuse is allowed.</p>'
        ),
    ),
    "MIT OCW": (
        "CC-BY-NC-SA-4.0",
        page(
            foot=f'<p>© 2001–2024 Massachusetts Institute of Technology</p><a href="{NCSA}" rel="noopener"><img src="/images/cc_by-nc-sa.svg" alt="Creative Commons License"></a>'
        ),
    ),
    "openstax, which takes training back": (
        None,
        page(
            f'<div class="citation"><h3>Citation/Attribution</h3><p>This book may not be used in the training of large language models or otherwise be ingested into large language models or generative AI offerings without OpenStax\'s permission.</p><p>Want to cite, share, or modify this book? This book uses the <a href="{BY}">Creative Commons Attribution License</a> and you must attribute OpenStax.</p></div>'
        ),
    ),
    "libretexts": (
        "CC-BY-NC-SA-3.0",
        page(
            f'<footer class="mt-content-footer"><p>This page titled <a href="x">River</a> is shared under a <a rel="license" href="{CC}/by-nc-sa/3.0">CC BY-NC-SA 3.0</a> license and was authored, remixed, and/or curated by Jane via source content.</p></footer>'
        ),
    ),
    "pressbooks": (
        "CC-BY-4.0",
        page(
            f'<section class="copyright-license" data-type="copyright-license"><p><a rel="license" href="{BY}" itemprop="license"><img src="/cc-by.svg" alt="Icon for the Creative Commons Attribution 4.0 International License"></a></p><p><a rel="cc:attributionURL" href="https://b" property="dc:title">The Book</a> Copyright &copy; 2020 by <span property="cc:attributionName">Jane</span> is licensed under a <a rel="license" href="{BY}">Creative Commons Attribution 4.0 International License</a>, except where otherwise noted.</p></section>'
        ),
    ),
    "wikihow": (
        "CC-BY-NC-SA-3.0",
        page(foot=f'<p>All text shared under a <a href="{CC}/by-nc-sa/3.0/">Creative Commons License</a>.</p>'),
    ),
    "fandom": (
        "LicenseRef-CC-BY-SA-unversioned",
        page(
            foot='<p>Community content is available under <a href="https://www.fandom.com/licensing">CC-BY-SA</a> unless otherwise noted.</p>'
        ),
    ),
    "news with CC photo": (
        None,
        page(
            f'<p class="image">Image: <a href="https://www.flickr.com/x">x</a> / <a href="{CC}/by/2.0/">CC BY 2.0</a></p>',
            foot="<p>© 2024 News Corp. All rights reserved.</p>",
        ),
    ),
    "photo credit rel plain p": (
        None,
        page(
            f'<p><a href="https://www.flickr.com/photos/1"><img src="a.jpg"></a></p><p><a rel="license" href="{CC}/by/2.0/">CC BY 2.0</a> Jane Doe</p>'
        ),
    ),
    "photo credit at the end": (
        None,
        page(f'<p><em>Header photo by Jane Doe (<a rel="license" href="{CC}/by/2.0/">CC BY 2.0</a>)</em></p>'),
    ),
    "featured image": (
        None,
        page(
            f'<p>Featured image: "Bridge" by <a href="x">Jane</a> is licensed under <a href="{CC}/by-sa/2.0/?ref=openverse" rel="license">CC BY-SA 2.0</a>.</p>'
        ),
    ),
    "openverse attribution": (
        None,
        page(
            f'<p>"<a href="https://www.flickr.com/photos/9@N0/1">Bridge</a>" by <a href="https://www.flickr.com/photos/9@N0">jane</a> is licensed under <a href="{CC}/by/2.0/?ref=openverse">CC BY 2.0</a>.</p>'
        ),
    ),
    "openverse other host": (
        None,
        page(
            f'<p class="attribution">"<a href="https://museum.example/1">Bridge</a>" by Jane is marked with <a href="{PDM}?ref=openverse" rel="license">Public Domain Mark 1.0</a>.</p>'
        ),
    ),
    "spoken credits": (
        None,
        page(f'<h2>Image credits</h2><ul><li>Bridge: Jane, <a rel="license" href="{BY}">CC BY</a></li></ul>'),
    ),
    "music credit": (
        None,
        page(
            f'<p>Music: "Airport Lounge" by Kevin MacLeod, licensed under <a rel="license" href="{BY}">Creative Commons: By Attribution 4.0</a></p>'
        ),
    ),
    "podcast": (
        None,
        page(
            f'<p>This episode is released under a <a rel="license" href="{NC}">CC BY-NC</a> license.</p>',
            head='<meta property="og:type" content="music.song">',
        ),
    ),
    "font site": (None, page(f'<p>The font is licensed under <a rel="license" href="{ZERO}">CC0</a>.</p>')),
    "dataset page": (
        None,
        page(
            f'<dl><dt>License</dt><dd>The dataset is licensed under <a href="{BY}" rel="license">CC BY 4.0</a></dd></dl>',
            head=ld(f'{{"@type":"Dataset","license":"{BY}"}}'),
        ),
    ),
    "zenodo": (
        None,
        page(
            '<div><h3>Files</h3></div><h3>Rights</h3><span class="license">Creative Commons Attribution 4.0 International</span>',
            head=ld(f'{{"@type":"Dataset","license":"{BY}"}}'),
        ),
    ),
    "github repo": (
        None,
        page(
            '<div class="sidebar"><a href="/x/LICENSE"><svg></svg>MIT license</a></div><h2>License</h2><p>MIT License. See LICENSE.</p>'
        ),
    ),
    "pypi": (None, page("<p><strong>License:</strong> MIT License (MIT)</p>")),
    "license chooser page": (
        None,
        page(
            f'<h2>Choose a license</h2><ul><li><a href="{BY}">Attribution 4.0</a></li><li><a href="{SA}">Attribution-ShareAlike 4.0</a></li></ul>'
        ),
    ),
    "submission guide": (
        None,
        page(
            f'<p>Authors agree that their articles will be published under a <a href="{BY}">Creative Commons Attribution license</a>.</p>'
        ),
    ),
    "journal policy": (
        None,
        page(f'<p>All articles in the journal are published under the <a href="{BY}">CC BY</a> license.</p>'),
    ),
    "OJS": (
        "CC-BY-4.0",
        page(
            f'<div class="item copyright"><h2 class="label">License</h2><p>Copyright (c) 2022 Jane Doe</p><a rel="license" href="{BY}"><img alt="Creative Commons License" src="//i.creativecommons.org/l/by/4.0/88x31.png" /></a><p>This work is licensed under a <a rel="license" href="{BY}">Creative Commons Attribution 4.0 International License</a>.</p></div>',
            head=f'<meta name="DC.Rights" content="Copyright (c) 2022 Jane Doe"/><meta name="DC.Rights" content="{BY}"/>',
        ),
    ),
    "elsevier": (
        "CC-BY-NC-ND-4.0",
        page(
            f'<div class="Copyright"><span class="copyright-line">© 2020 The Authors.</span></div><div class="LicenseInfo"><span>Under a Creative Commons </span><a class="anchor" href="{CC}/by-nc-nd/4.0/">license</a></div>',
            foot="<p>All content on this site: Copyright © 2024 Elsevier B.V., its licensors, and contributors. All rights are reserved, including those for text and data mining, AI training, and similar technologies. For all open access content, the relevant licensing terms apply.</p>",
        ),
    ),
    "PMC": (
        "CC-BY-4.0",
        page(
            f'<div class="permissions"><div class="copyright">Copyright © 2020 Smith.</div><div class="license">This is an Open Access article distributed under the terms of the Creative Commons Attribution License (<a href="{BY}">http://creativecommons.org/licenses/by/4.0/</a>), which permits unrestricted reuse.</div></div>'
        ),
    ),
    "mdpi": (
        "CC-BY-4.0",
        page(
            f'<div class="art-copyright">© 2020 by the authors. Licensee MDPI, Basel, Switzerland. This article is an open access article distributed under the terms and conditions of the Creative Commons Attribution (CC BY) license (<a href="{BY}">http://creativecommons.org/licenses/by/4.0/</a>).</div>',
            foot="<p>© 1996-2024 MDPI (Basel, Switzerland) unless otherwise stated</p><p>Disclaimer/Publisher's Note: The statements, opinions and data contained in all publications are solely those of the authors.</p>",
        ),
    ),
    "springer head": (
        "CC-BY-4.0",
        page(
            f'<section data-title="Rights and permissions"><h2 id="rightslink">Rights and permissions</h2><p><b>Open Access</b> This article is licensed under a Creative Commons Attribution 4.0 International License, which permits use, sharing. The images or other third party material in this article are included in the article\'s Creative Commons licence, unless indicated otherwise in a credit line to the material. To view a copy of this licence, visit <a href="{BY}" rel="license">{BY}</a>.</p></section>',
            foot="<p>© 2024 Springer Nature. All rights reserved.</p>",
        ),
    ),
    "NC prose": (
        "CC-BY-4.0",
        page(
            f"<p>This work is licensed under {a(BY, 'CC BY 4.0', REL)}.</p><p>You may use it for commercial purposes.</p>"
        ),
    ),
    "wordpress.com footers": (
        "CC-BY-SA-4.0",
        page("<p>Text</p>").replace(
            "</main>",
            f'</main><div id="secondary" class="widget-area"><div id="text-3" class="widget widget_text"><h2>License</h2><div class="textwidget"><a rel="license" href="{SA}"><img src="https://i.creativecommons.org/l/by-sa/4.0/88x31.png"></a><br/>This work is licensed under a <a rel="license" href="{SA}">Creative Commons License</a>.</div></div></div>',
        ),
    ),
    "sidebar badge only": (
        None,
        page(TEXT).replace(
            "</main>",
            f'</main><div class="sidebar"><h3>Flickr</h3><a rel="license" href="{BY}"><img src="{BADGE}"></a></div>',
        ),
    ),
    "german blog": (
        "CC-BY-SA-3.0-DE",
        page(
            foot=f'<p>Alle Texte stehen unter einer <a href="{CC}/by-sa/3.0/de/">Creative-Commons-Lizenz</a>, Bilder ausgenommen.</p>'
        ),
    ),
    "german pics": (None, page(foot=f'<p>Alle Bilder auf dieser Seite stehen unter <a href="{SA}">CC BY-SA</a>.</p>')),
    "bpb": (
        "CC-BY-NC-ND-4.0",
        page(
            f'<p>Dieser Text ist unter der Creative Commons Lizenz "<a rel="license" href="{CC}/by-nc-nd/4.0/">CC BY-NC-ND 4.0</a>" veröffentlicht. Autor/-in: Jane für bpb.de</p>'
        ),
    ),
    "netzpolitik": (
        "CC-BY-NC-SA-4.0",
        page(
            foot=f'<p>Unsere Inhalte sind, soweit nicht anders vermerkt, lizenziert nach Creative Commons <a href="{NCSA}">CC BY-NC-SA 4.0</a>.</p>'
        ),
    ),
    "framasoft": (
        "CC-BY-SA-4.0",
        page(foot=f'<p>Sauf mention contraire, le contenu de ce site est sous licence <a href="{SA}">CC-By-SA</a></p>'),
    ),
    "spanish no link": (
        "CC-BY-NC-4.0",
        page(foot="<p>Esta obra está bajo una Licencia Creative Commons Atribución-NoComercial 4.0 Internacional.</p>"),
    ),
    "polish": (
        "LicenseRef-CC-BY-3.0-PL",
        page(
            foot=f'<p>Treść dostępna na licencji <a href="{CC}/by/3.0/pl/">Creative Commons Uznanie autorstwa 3.0 Polska</a>.</p>'
        ),
    ),
    "russian kremlin": (
        "CC-BY-4.0",
        page(
            foot=f'<p>Все материалы сайта доступны по лицензии: <a href="{BY}" rel="license">Creative Commons Attribution 4.0 International</a></p>'
        ),
    ),
    "CC BY uppercase URL http": (
        "CC-BY-2.0",
        page(foot='<p>Text: <a href="HTTP://CREATIVECOMMONS.ORG/LICENSES/BY/2.0/">license</a></p>'),
    ),
    "nbsp": ("CC-BY-SA-4.0", page(foot="<p>Content licensed under CC&nbsp;BY-SA&nbsp;4.0</p>")),
    "plain url": ("CC-BY-4.0", page(foot=f"<p>License of this text: {BY}</p>")),
    "quote page": (
        None,
        page(f'<p>He wrote: "This work is licensed under <a href="{BY}">CC BY 4.0</a>" and left.</p>'),
    ),
    "js redirect comment": (None, page("<!-- This page is licensed under CC BY 4.0 -->")),
    "hidden part modal": (
        None,
        page(f'<div class="modal" id="embed-modal"><p>Copy this: <a rel="license" href="{BY}">CC BY</a></p></div>'),
    ),
    "author box": (
        None,
        page(
            f'<div class="author-bio"><img class="avatar" src="x.jpg"> <p>Jane writes on rivers. Photo <a href="{BY}">CC BY</a></p></div>'
        ),
    ),
    "citing source": (
        None,
        page(
            f'<p>Source: <a href="https://ourworldindata.org">Our World in Data</a>, <a rel="license" href="{BY}">CC BY</a></p>'
        ),
    ),
    "adapted from": (
        None,
        page(
            f'<p>This section is adapted from <a href="x">River basics</a> by Jane, <a rel="license" href="{BY}">CC BY 4.0</a>.</p>'
        ),
    ),
    "translated": (
        None,
        page(f'<p>Text adapted from Wikipedia, licensed under <a rel="license" href="{SA}">CC BY-SA 3.0</a></p>'),
    ),
    "footer list logos": (
        None,
        page(foot=f'<ul><li>Icons: <a href="{BY}">CC BY</a></li><li>Map: <a href="{SA}">CC BY-SA</a></li></ul>'),
    ),
    "footer Wikipedia extract": (
        None,
        page(foot=f'<p>Definitions from Wiktionary under <a href="{SA}">CC BY-SA</a></p>'),
    ),
    "tripadvisor": (None, page(foot="<p>© OpenStreetMap contributors, CC-BY-SA</p>")),
    "unsplash": (None, page("<p>Photos are CC0.</p>")),
    "MIT footers": (None, page(foot="<p>Released under the MIT License.</p><p>Copyright © 2014-2024 Evan You</p>")),
    "mixed footers": (
        "CC-BY-4.0",
        page(
            foot=f'<p>Site content licensed under <a rel="license" href="{BY}">CC BY 4.0</a>. Site source code licensed under <a rel="license" href="https://opensource.org/licenses/MIT">MIT</a>.</p>'
        ),
    ),
    "CC for future": (
        None,
        page(foot=f'<p>Articles older than five years become available under <a href="{BY}">CC BY</a>.</p>'),
    ),
    "some posts": (None, page(foot=f'<p>Some content is licensed under <a href="{BY}">CC BY</a>.</p>')),
    "unless guest": (
        None,
        page(
            foot=f'<p>Certain articles on this site are available under <a rel="license" href="{BY}">CC BY 4.0</a>; see each article.</p>'
        ),
    ),
    "where indicated": (
        None,
        page(foot=f'<p>Where indicated, content is licensed under <a href="{BY}">CC BY 4.0</a>.</p>'),
    ),
    "abstracts": (
        None,
        page(foot=f'<p>Abstracts are available under <a href="{ZERO}">CC0</a>; articles are copyrighted.</p>'),
    ),
    "metadata cc0": (
        None,
        page(foot=f'<p>All metadata is available under <a rel="license" href="{ZERO}">CC0</a>.</p>'),
    ),
}
_PLAIN = "<p>Alpha beta gamma delta epsilon words of the article that go on for a while and then end.</p>" * 4


def bare(body: str, head: str = "") -> str:
    """Return a page without any frame of its own."""
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"


_BARE: dict[str, tuple[str | None, str]] = {
    "author bio photo": (
        None,
        bare(
            f'<article><h1>T</h1>{_PLAIN}<div class="author"><img src="j.jpg"><span>Jane Doe</span> <a rel="license" href="{BY}">CC-BY</a></div></article>'
        ),
    ),
    "inline figure as div": (
        None,
        bare(
            f'<h1>T</h1><div class="inline-img"><img src="a.png"/><small>Jane / <a href="{BY}">CC BY 4.0</a></small></div>{_PLAIN}'
        ),
    ),
    "img + small credit": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<img src="a.png"/><small>(<a rel="license" href="{BY}">CC BY 4.0</a>) Jane Doe</small>{_PLAIN}'
        ),
    ),
    "footer just badge": (
        "CC-BY-NC-ND-3.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<div id="ft"><div id="footer-inner"><a href="http://creativecommons.org/licenses/by-nc-nd/3.0/"><img src="/cc.png" alt="cc"></a></div></div>'
        ),
    ),
    "blog index": (
        "CC-BY-SA-4.0",
        bare(
            f'<div id="posts"><article><h2>A</h2>{_PLAIN}</article><article><h2>B</h2>{_PLAIN}</article></div><div id="footer">Unless stated otherwise, all content licensed under <a href="{SA}">CC BY-SA 4.0</a>.</div>'
        ),
    ),
    "post footers in loop": (
        "CC-BY-4.0",
        bare(
            f'<article class="post"><header><h1>T</h1></header>{_PLAIN}<footer class="entry-meta">This entry was posted in X. <a rel="license" href="{BY}">CC BY 4.0</a></footer></article><section id="comments"><article class="comment">hi</article></section>'
        ),
    ),
    "comment with link": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<ol class="commentlist"><li><p>You should use <a href="{BY}">CC BY</a>. This work is licensed under CC BY 4.0!</p></li></ol>'
        ),
    ),
    "disqus": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<div id="disqus_thread"><p>This post is licensed under CC BY 4.0</p></div>'),
    ),
    "related list": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<h3>You may also like</h3><ul><li><a href="/x">Other post</a> <a rel="license" href="{BY}">CC BY</a></li></ul>'
        ),
    ),
    "RDFa vocab": (
        "CC-BY-4.0",
        bare(
            f'<div vocab="http://schema.org/" typeof="Article" resource="#this"><h1 property="headline">T</h1>{_PLAIN}<a property="license" href="{BY}">CC BY</a></div>'
        ),
    ),
    "RDFa image nested": (
        None,
        bare(
            f'<div vocab="http://schema.org/" typeof="Article"><h1>T</h1>{_PLAIN}<div property="image" typeof="ImageObject"><img property="contentUrl" src="a.jpg"><a property="license" href="{BY}">x</a></div></div>'
        ),
    ),
    "json-ld nested isPartOf Blog": (
        "CC-BY-SA-4.0",
        bare(f"<h1>T</h1>{_PLAIN}", ld(f'{{"@type":"BlogPosting","isPartOf":{{"@type":"Blog","license":"{SA}"}}}}')),
    ),
    "json-ld audio": (None, bare(f"<h1>T</h1>{_PLAIN}", ld(f'{{"@type":"PodcastEpisode","license":"{SA}"}}'))),
    "json-ld product": (None, bare(f"<h1>T</h1>{_PLAIN}", ld(f'{{"@type":"Product","license":"{SA}"}}'))),
    "json-ld person photo": (
        None,
        bare(
            f"<h1>T</h1>{_PLAIN}",
            ld(
                f'{{"@graph":[{{"@type":"Person","image":{{"@type":"ImageObject","license":"{SA}"}}}},{{"@type":"WebPage"}}]}}'
            ),
        ),
    ),
    "twitter embed": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<blockquote class="twitter-tweet">This article is licensed under CC BY 4.0 <a href="{BY}">x</a></blockquote>'
        ),
    ),
    "multi-lang": (
        "CC-BY-NC-SA-3.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Aquesta obra està sota una llicència <a rel="license" href="{CC}/by-nc-sa/3.0/">Creative Commons</a></footer>'
        ),
    ),
    "swedish": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Allt innehåll är licensierat under <a href="{BY}">Creative Commons Erkännande 4.0</a>.</footer>'
        ),
    ),
    "czech words": (
        "CC-BY-4.0",
        bare(f"<h1>T</h1>{_PLAIN}<footer><p>Obsah je dostupný pod licencí CC BY 4.0</p></footer>"),
    ),
    "CC logo about": (
        None,
        bare(
            f'<h1>What is Creative Commons?</h1>{_PLAIN}<p><img src="https://licensebuttons.net/l/by/4.0/88x31.png"> This button means that a work is licensed under CC BY.</p>'
        ),
    ),
    "licence table": (
        None,
        bare(
            f'<h1>Licences</h1>{_PLAIN}<table><tr><th>Name</th><th>Link</th></tr><tr><td>CC BY</td><td><a href="{BY}">deed</a></td></tr><tr><td>CC BY-SA</td><td><a href="{SA}">deed</a></td></tr></table>'
        ),
    ),
    "terms page": (
        "CC-BY-4.0",
        bare(
            f'<h1>Terms of use</h1><p>All content on this website is licensed under a <a href="{BY}">Creative Commons Attribution 4.0 licence</a> unless otherwise stated. Images may have other licences.</p>'
        ),
    ),
    "colophon": (
        "CC-BY-SA-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<div class="colophon">Made with love. Words: <a href="{SA}">CC BY-SA 4.0</a>. Code: <a href="https://opensource.org/licenses/MIT">MIT</a>.</div>'
        ),
    ),
    "site by": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Site by <a href="x">Acme</a>. Illustrations by Jo, <a href="{BY}">CC BY</a>.</footer>'
        ),
    ),
    "Background texture": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Background pattern from Subtle Patterns, <a href="{SA}">CC BY-SA 3.0</a></footer>'
        ),
    ),
    "flags": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Flags by Freepik licensed by <a href="{BY3}" title="Creative Commons BY 3.0">CC 3.0 BY</a></footer>'
        ),
    ),
    "geo": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>This product includes GeoLite2 data created by MaxMind, licensed under <a href="{SA}">CC BY-SA 4.0</a></footer>'
        ),
    ),
    "quran translation": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<footer>Translation by Saheeh, <a href="{ND}">CC BY-ND</a>.</footer>'),
    ),
    "elevation": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<footer>Weather from MET Norway (<a href="{BY}">CC BY 4.0</a>)</footer>'),
    ),
    "recipes": (
        "CC-BY-NC-4.0",
        bare(f'<h1>T</h1>{_PLAIN}<footer>Recipes licensed <a rel="license" href="{NC}">CC BY-NC</a></footer>'),
    ),
    "two badges": (
        "CC-BY-SA-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer><a rel="license" href="{SA}"><img src="https://licensebuttons.net/l/by-sa/4.0/88x31.png" alt=""></a> <a href="https://validator.w3.org"><img src="/valid.png"></a></footer>'
        ),
    ),
    "superseded": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Content before 2015 was licensed under <a href="{BY}">CC BY</a>; all rights reserved since.</footer>'
        ),
    ),
    "member only": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>© 2024 Acme. All rights reserved. Logo under <a href="{ND}">CC BY-ND</a>.</footer>'
        ),
    ),
    "noai + cc": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Content: <a href="{BY}">CC BY 4.0</a></footer>',
            '<meta name="robots" content="noai">',
        ),
    ),
    "cc plus": (
        "CC-BY-NC-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<p>This work is licensed under a <a rel="license" href="{NC}">CC BY-NC 4.0</a> license. Permissions beyond the scope of this license may be available at <a rel="cc:morePermissions" href="/c">here</a>.</p>'
        ),
    ),
    "copyright page statement": (
        "CC-BY-4.0",
        bare(
            f"<h1>T</h1>{_PLAIN}<p>© 2022 The Author(s). Published by X. This is an Open Access article under the CC BY 4.0 license.</p>"
        ),
    ),
    "embed code visible": (
        None,
        bare(
            f'<h1>Icon</h1>{_PLAIN}<div class="embed-code"><p>Copy and paste:</p><p>Icon by Jane is licensed under CC BY 4.0</p></div>'
        ),
    ),
    "preprint license": (
        "CC-BY-ND-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<div class="field-license">The copyright holder has placed this preprint under a <a href="{ND}">CC-BY-ND 4.0</a> International license.</div>'
        ),
    ),
    "bioRxiv none": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<div class="license-type">The copyright holder for this preprint is the author/funder. All rights reserved. No reuse allowed without permission.</div>'
        ),
    ),
    "DSpace": (
        None,
        bare(
            '<h1>Thesis title</h1><p>Abstract words.</p><div class="simple-item-view-rights"><h5>Rights</h5><a href="https://rightsstatements.org/vocab/InC/1.0/">In Copyright</a></div>'
        ),
    ),
    "figshare": ("CC-BY-4.0", bare(f'<h1>Data title</h1>{_PLAIN}<h3>Licence</h3><a href="{BY}">CC BY 4.0</a>')),
    "wikimedia commons": (
        None,
        bare(
            f'<h1>File:Bridge.jpg</h1><div id="file"><img src="a.jpg"></div><div class="licensetpl">This file is licensed under the <a href="{SA}" rel="license">Creative Commons Attribution-Share Alike 4.0 International</a> license.</div>'
        ),
    ),
    "footer slash": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer><span>Jane Doe 2024</span> / <a href="{BY}">CC BY 4.0</a> / <a href="/rss">RSS</a></footer>'
        ),
    ),
    "footer copyright other party": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Cover art: Jo Bloggs, <a rel="license" href="{NC}">CC BY-NC</a>; all rights reserved otherwise.</footer>'
        ),
    ),
    "inside details": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<details><summary>License</summary><p>This document is licensed under <a href="{BY}">CC BY 4.0</a>.</p></details>'
        ),
    ),
    "hidden": (
        "CC-BY-4.0",
        bare(f'<h1>T</h1>{_PLAIN}<div style="display:none"><a rel="license" href="{BY}">CC BY</a></div>'),
    ),
    "caps badge": (
        "CC-BY-4.0",
        bare(f'<H1>T</H1>{_PLAIN}<DIV CLASS="FOOTER"><A HREF="{BY}"><IMG SRC="{BADGE}"></A></DIV>'),
    ),
    "news aggregator": (
        None,
        bare(
            f'<h1>Digest</h1><ul><li>Story one by The Conversation (<a href="{ND}" rel="license">CC BY-ND</a>)</li><li>Story two</li></ul>'
        ),
    ),
    "listing div": (
        None,
        bare(
            f'<h1>Courses</h1><div class="item"><h2>A</h2><p>License: <a rel="license" href="{BY}">CC BY</a></p></div><div class="item"><h2>B</h2><p>License: <a rel="license" href="{BY}">CC BY</a></p></div><div class="item"><h2>C</h2><p>License: <a rel="license" href="{BY}">CC BY</a></p></div>'
        ),
    ),
    "iframe srcdoc": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<iframe srcdoc="&lt;a rel=license href={BY}&gt;This page is licensed under CC BY 4.0&lt;/a&gt;"></iframe>'
        ),
    ),
}
_LAST: dict[str, tuple[str | None, str]] = {
    "a third set, 1": (
        "CC-BY-4.0",
        bare(
            f'<h1>Guide</h1>{_PLAIN}<footer><p>Copyright 2021 Foundation. This site is made available under the <a href="{BY}">CC Attribution 4.0</a> licence.</p></footer>'
        ),
    ),
    "a third set, 2": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<footer><p>Headlines by NewsAPI; avatar set <a href="{BY}">CC BY</a></p></footer>'),
    ),
    "a third set, 3": (
        None,
        bare(
            f'<h1>T</h1><p>Lead</p><div class="media-credit">NASA/JPL <a href="{BY}" rel="license">CC BY</a></div>{_PLAIN}'
        ),
    ),
    "a third set, 4": (
        "CC-BY-SA-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<div class="page-meta"><p>The content of this wiki page is available under <a rel="license" href="{SA}">CC BY-SA</a></p></div>'
        ),
    ),
    "a third set, 5": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<p>Figure 2 reproduced from Smith et al. under <a rel="license" href="{BY}">CC BY 4.0</a>.</p>'
        ),
    ),
    "a third set, 6": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<p>We used the COCO dataset, which is available under <a href="{BY}">CC BY 4.0</a>.</p>'
        ),
    ),
    "a third set, 7": (
        None,
        bare(f'<h1>Review</h1>{_PLAIN}<p>This album is licensed under <a rel="license" href="{BY}">CC BY</a></p>'),
    ),
    "a third set, 8": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<section class="sources"><ul><li>Article by Jane, <a rel="license" href="{BY}">CC BY</a></li></ul></section>'
        ),
    ),
    "a third set, 9": (
        "CC-BY-4.0",
        bare(f'<h1>T</h1>{_PLAIN}<p class="licence">Published under <a href="{BY}">CC BY 4.0</a></p>'),
    ),
    "a third set, 10": (
        "CC0-1.0",
        bare(f'<h1>T</h1>{_PLAIN}<footer>No rights reserved. <a rel="license" href="{ZERO}">CC0</a></footer>'),
    ),
    "a third set, 11": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Unless otherwise specified, text by Jane is under <a href="{BY}">CC BY</a>, photos © their owners.</footer>'
        ),
    ),
    "a third set, 12": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<div id="lightbox"><p>This work is licensed under <a rel="license" href="{BY}">CC BY</a></p></div>'
        ),
    ),
    "a third set, 13": (
        None,
        bare(f'<h1>Shop</h1>{_PLAIN}<p>Our 3D models are licensed under <a rel="license" href="{NC}">CC BY-NC</a></p>'),
    ),
    "a third set, 14": (
        "CC-BY-NC-SA-4.0",
        bare(
            f'<h1>Lecture</h1>{_PLAIN}<p>These lecture notes are licensed under a <a rel="license" href="{NCSA}">CC BY-NC-SA</a> licence.</p>'
        ),
    ),
    "a third set, 15": (None, bare(f"<h1>T</h1>{_PLAIN}<footer>Icons: CC BY 4.0 Font Awesome</footer>")),
    "a third set, 16": (
        None,
        bare(
            f'<h1>FAQ</h1><h3>What licence do you use?</h3><p>We recommend <a href="{BY}">CC BY</a> for your slides.</p>'
        ),
    ),
    "a third set, 17": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Wissenschaftliche Texte sind unter <a rel="license" href="{BY}">CC BY 4.0</a> lizenziert.</footer>'
        ),
    ),
    "a third set, 18": (None, bare(f'<h1>T</h1>{_PLAIN}<footer>Foto: Jane (<a href="{BY}">CC BY 4.0</a>)</footer>')),
    "a third set, 19": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<footer>Titelbild von Jane unter <a rel="license" href="{BY}">CC BY 4.0</a></footer>'),
    ),
    "a third set, 20": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<p><small>Illustration : Jane, sous licence <a rel="license" href="{BY}">CC BY</a></small></p>'
        ),
    ),
    "a third set, 21": (
        "CC-BY-SA-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>Este artículo se publica bajo licencia <a rel="license" href="{SA}">CC BY-SA 4.0</a></footer>'
        ),
    ),
    "a third set, 22": (
        None,
        bare(
            f'<h1>Dataset card</h1>{_PLAIN}<table><tr><td>License</td><td><a rel="license" href="{BY}">cc-by-4.0</a></td></tr></table>'
        ),
    ),
    "a third set, 23": (
        None,
        bare(
            f'<h1>T</h1>{_PLAIN}<p>An earlier version of this article was licensed under <a rel="license" href="{BY}">CC BY</a>.</p>'
        ),
    ),
    "a third set, 24": (
        None,
        bare(f'<h1>T</h1>{_PLAIN}<p>This page describes the <a rel="license" href="{BY}">CC BY 4.0</a> licence.</p>'),
    ),
    "a third set, 25": (
        "CC-BY-4.0",
        bare(
            f'<h1>T</h1>{_PLAIN}<footer>All original content is <a href="{BY}">CC BY 4.0</a>. Logos and third-party images are excluded.</footer>'
        ),
    ),
    "a third set, 26": (
        None,
        bare(f"<h1>T</h1>{_PLAIN}<footer><p>Ads</p><p>Podcast theme by K., CC BY 3.0</p></footer>"),
    ),
}
PAGES: dict[str, tuple[str | None, str]] = {
    **_HEAD,
    **_JSON,
    **_BODY,
    **_WORDS,
    **_PARTS,
    **_SEVERAL,
    **_SITES,
    **_BARE,
    **_LAST,
}
MISSED: dict[str, tuple[str | None, str]] = {
    "mediawiki gfdl": (
        "GFDL-1.3-only",
        page(
            foot='<li id="copyright">Content is available under <a class="external" rel="nofollow" href="https://www.gnu.org/copyleft/fdl.html">GNU Free Documentation License 1.3</a> unless otherwise noted.</li>'
        ),
    ),
}
"""Pages whose licence is known not to be found."""
