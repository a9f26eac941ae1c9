"""Names of the DNS root zone under which people have e-mail: all of two letters, and the general ones in wide use.

Of the 1,400 others most are brands; those that are endings of files or attributes of objects in programs (``zip``,
``py`` is a country) cost more false hits than they have addresses.
"""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg
ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi
gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw
ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng
ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn
so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws
ye yt za zm zw
"""
_GENERAL = """
com org net edu gov mil int info biz name pro aero asia cat coop jobs mobi museum tel travel post
academy agency app art berlin blog business capital care center chat church city cloud club college community company
consulting design dev digital education email energy engineer engineering family finance foundation fund global group
guru health hamburg help house institute international land law legal life live london love ltd management market
marketing media moe money network news ngo ninja nyc one online ooo page paris party partners photography photos plus
press productions radio scot school science services shop site social software solutions space store studio
swiss systems team tech technology tips today tokyo tools top university ventures vip wales watch website wien wiki work
works world wtf xyz zone
"""
TOP_LEVEL = frozenset((_COUNTRIES + _GENERAL).split())
