"""A manuscript by eight hands, written by one who has not seen what checks it.

A Canadian, an Australian and an American student, a Spanish scholar, a blogger, a barrister, a
librarian and a LaTeX user cite the invented press; its marks are those of the second manuscript.

Its writer called some marks debatable. What a user would want decided, and all were left:

* A translation in quotes is ``missing``: these words don't stand there. A judge's words are
  ``unknown``: they are told, and not called wrong.
* "Why a Handle Is a Mark" is another ``headline``, for it says the contrary.
* Peter, Carla and Jörg are other people than Petra, Clara and Jürgen: names are cited as printed.
* A month in Roman numerals is not read: of that citation no date is looked at.
* ``withdrawn`` can't be said of a story that is cited without its address: of it nothing is kept
  but what its refs and addresses are known again by. That is the one fault which is not found.

One mark was made shorter: it reached over a link, whose address is part of what is found.
"""
# ruff: noqa: E501 (manuscripts as their writers broke their lines and set their marks)

CANADA = """
The Hurried Hiker: Confusion at First Glance

I. Introduction

Since 2014 the Federal Court of Appeal has told us that the consumer is “in a hurry”.⟪Ashby Lamps Ltd v
Corder, 2014 FCA 312 at para 40 [Ashby].⟫ What she hurries toward, the Court didn’t say. This paper is
about that “somewhat hurried” person, about the Marks and Get-Up Act, RSC 1985, c M-99, s 6(5)(e), and
about what ’the 1990s’ did to both of them.

Abroad, hikers have been studied with more patience. There the court found of two lanterns that ⟦q|“the
two signs share nothing but a flame”⟧,⟪⟦c:changed corrected|Petra Holm, “Orrin & Vale loses appeal over
lantern mark” (4 August 2017), online: The Signet Gazette
<signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107>⟧.⟫ and the loser paid
dearly: ⟦q:old|“[t]he costs of both sides, put at £240,000, fall on the appellant”⟧.⟪Holm, supra note 2.
Contrast Ashby, supra note 1 at paras 44–46, where no costs were ordered.⟫ A Canadian judge would have
called that “rather steep”.

II. Crowns, Cows and Handles

The second story is about ink. Its opening deserves to be set out:

> ⟦q|The Board of Appeal has given the stationer Quill & Crown its name back, three years after a single
examiner struck it from the register.⟧⟪⟦c|Jonas Albrecht & Mei Tanaka, “‘Quill & Crown’ wins back its
name: the Board of Appeal explains” (12 February 2018), online: The Signet Gazette
<www.signetgazette.example/trademark/quill-crown-wins-back-its-name-12311> [perma.cc/7QRT-2KLM]⟧
[emphasis added].⟫

The third is about cheese. ⟦q|“For forty years two dairies have fought over the word Alpine, [...] neither
of them has a cow above the tree line”⟧,⟪⟦c|Clara van der Meer, “The Long Quarrel over the Word ‘Alpine’”,
Marks & Makers (19 July 2018) F4⟧. See also Wendell Prior, The Law of Get-Up, 2nd ed (Toronto: Birch Hill
Press, 2009) at 118; Odile Roy, “On the Many Names of Cheese in the Eastern Townships” (2012) 57:3 Laval
LJ 611.⟫ which is not “fighting words” in any sense known to our law. As for jugs, the “functionality”
doctrine has been put more bluntly by journalists than by judges.⟪⟦c:date|Idris Kaya, “Why a handle is not
a mark”, Marks & Makers (9 November 2015), online: <marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431>⟧.⟫

Nor do seizures teach us much. A study of customs files is said to show that ⟦q:missing|“[b]uyers see the
curve of a handle as a grip”⟧.⟪⟦c:paper|Idris Kaya, “Study: most seizures at ports never reach a court”,
Marks & Makers (2 September 2020), online: <http://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688>⟧.⟫
The blogs have been kinder.⟪⟦c:unknown|Odile Marchbanks, “Lanterns at dusk” (3 May 2016), online (blog):
The Corner Lamp <https://cornerlamp.example/2016/05/dusk>⟧; Ibid.⟫
"""

AUSTRALIA = """
Teal Today, Green Tomorrow: Colours on the Register

Colour marks sit oddly with s 41(3) of the Trade Signs Act 1996 (Cth).⟪Re Corder’s Application (2009) 81
IPR 412, 419 [23] (Marsh J).⟫ The Harrow Mills affair shows why. The mills sued in the summer.⟪⟦c:changed|Ruth
O’Dell, ‘Harrow Mills Sues over Teal Packaging’, The Signet Gazette (online, 15 January 2020)
<http://signetgazette.example/trademark/harrow-mills-teal-12610>⟧.⟫ At that time the paper could still
write: ⟦q:old|‘The rival calls the colour a fashion of the year and promises to defend every box on the
shelf.’⟧⟪Ibid.⟫ A month later the ‘fashion of the year’ was over:

> ⟦q|Neither side will say who pays, but the boxes will be green from the first of March
onwards.⟧⟪⟦c|Ruth O’Dell, ‘Harrow Mills Settles Its Suit over Teal Packaging’, The Signet Gazette (online,
15 January 2020) <https://web.archive.org/web/20200305081500/http://signetgazette.example/trademark/harrow-mills-teal-12610>⟧.⟫

If colours are hard, smells are worse. A first-instance court doubted drawings, formulas and samples
alike and asked ⟦q|‘what else could be clear and precise enough’⟧.⟪⟦c:gone|‘Court Asks Luxembourg: May a Smell
Be a Mark?’, The Signet Gazette (online, 6 May 2019)
<http://signetgazette.example/courts/may-a-smell-be-a-mark-12450>⟧.⟫ That is the plaintiffs’ problem and
the examiners’ too; ‘clear’ and ‘precise’ aren’t terms of art here. Cf the Trade Signs Regulations 1996
(Cth) reg 4.3(7).

The new registrar, for one, has lost patience: ⟦q:words|‘I have read decisions of sixty pages that could
have been a postcard’⟧.⟪⟦c|Idris Kaya and Petra Holm, ‘Five Questions for the New Registrar’, Marks & Makers
(online, 1 February 2022)⟧.⟫ She might have had in mind the stationers’ case,⟪⟦c:headline|Jonas Albrecht and Mei
Tanaka, ‘“Quill & Crown” Loses Its Name Again: The Board of Appeal Explains’, The Signet Gazette (online, 12
February 2018) <http://signetgazette.example/trademark/quill-crown-wins-back-its-name-12311>⟧. Contra Lena
Fitch, ‘What a Feather Can and Cannot Do for a Pen’ (2019) 44(2) Southern Law Review 201, 207.⟫ or the lamps,
of which one read that ⟦q|‘[a]n appeal is likely before the summer’⟧.⟪⟦c:author|Peter Holm, ‘Tribunal Bars
“Moonbeam” for Lamps; Appeal Likely’, The Signet Gazette (online, 30 March 2021)
<http://signetgazette.example/trademark/tribunal-bars-moonbeam-12700>⟧.⟫ Oppositions, meanwhile, last as long
as brewers do.⟪⟦c:withdrawn|Sofia de la Cruz, ‘Fennimore Withdraws Brewery Opposition after Nine Years’, The
Signet Gazette (London, 20 November 2019) 7⟧.⟫
"""

NOTE = """
NOTE: BURNT WITHOUT A HEARING

No one seriously doubts that “due process” reaches the docks. See Corder v. Ashby Lamps, Inc., 412 F.3d 118,
121 (9th Cir. 2005). Yet, in the words of one report, ⟦q|“[o]wners answer the letters of the customs
officers, the goods are burnt, and no judge ever hears of them.”⟧⟪⟦c|Idris Kaya, Study: Most Seizures at
Ports Never Reach a Court, SIGNET GAZETTE, Sept. 2, 2020, at A4⟧.⟫ This Note calls that practice “burn first,
ask later.”⟪See id.; cf. Harbor Seizure Act § 7(b), 19 Stat. 881 (1998).⟫

Even a full hearing brings its own price. In the lantern litigation, ⟦q|“[t]he costs of both sides, put at
£42,000, fall on the appellant.”⟧⟪⟦c|Petra Holm, Orrin & Vale Loses Appeal over Lantern Mark, SIGNET GAZETTE
(Aug. 4, 2017), http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107
[https://perma.cc/9XWK-44TD] (last visited Mar. 12, 2018)⟧.⟫ Undeterred, ⟦q:words|“[c]ounsel for the company
said it would study the judgment with care before deciding whether to go any further.”⟧⟪Holm, supra note 3.⟫

Courts abroad have also policed shape marks.⟪⟦c:headline|Idris Kaya, Why a Handle Is a Mark, MARKS & MAKERS
(Nov. 9, 2016), http://marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431⟧; see also WENDELL
PRIOR, THE LAW OF GET-UP 118 (2d ed. 2009).⟫ And they have policed crowns, though not the way one commentator
thought when he wrote that ⟦q:missing|“the feather was the only thing the king had ever signed
for.”⟧⟪⟦c:date|Jonas Albrecht & Mei Tanaka, ‘Quill & Crown’ Wins Back Its Name, SIGNET GAZETTE (Feb. 21, 2018),
https://signetgazette.example/amp/quill-crown⟧.⟫ Settlements are the rule; in one of them ⟦q:unread|“the parties
shook hands and would say nothing further about the sum.”⟧⟪⟦c|Jonas Albrecht, Settlement Reached in Long
Brindle Dispute⟧, <a=http://www.signetgazette.example/trademark/settlement-in-brindle-dispute-12744>SIGNET
GAZETTE</a> (June 1, 2021).⟫ The ’80s knew better. The 1978 Amendments, after all, were meant to end “trial
by exhaustion.”
"""

SPAIN = """
# Lámparas, quesos y colores: la marca «débil» en la prensa inglesa

El artículo 5.1 de la Ley 17/2001 no define lo «descriptivo». La prensa especializada, en cambio, lo
explica en una línea. Tras perder el asunto de las lámparas, la titular del taller declaró: ⟦q|«We are
disappointed but not surprised by the outcome»⟧.[^1] Algo parecido ocurre con los quesos: ⟦q|«The first case
was lost in 1978 because a clerk misread a date»⟧[^2], lo que en nuestra doctrina se llamaría un «error
material».

En cuanto al color, Harrow Mills fue a juicio: ⟦q:old|«Harrow Mills has asked a court to keep a rival from
selling oats in teal boxes»⟧[^3]. La STS 412/2019, de 9 de julio, llega al mismo resultado sin citar a
nadie. Sobre las aduanas, un estudio concluye que ⟦q:missing|«nueve de cada diez incautaciones de
falsificaciones en los puertos del norte terminan sin vista alguna»⟧[^4]; la traducción es nuestra. La
registradora, por su parte, se compromete a más: ⟦q|«[she] will publish how long each examiner takes, and [...]
expects letters about it»⟧[^5].

En la doctrina, por todos, Baylos Ferrer (2011: 233-240) y, en contra, lo que se dice en *La marca
olfativa* (Ed. Cantil, Madrid, 2015). Véase también[^6].

[^1]: ⟦c|HOLM, Petra, «Tribunal bars ‘Moonbeam’ for lamps; appeal likely», *The Signet Gazette*, 30 de marzo de
    2021, disponible en: <http://signetgazette.example/trademark/tribunal-bars-moonbeam-12700> [consulta: 4
    de mayo de 2022]⟧.
[^2]: ⟦c:date|VAN DER MEER, Clara: «The long quarrel over the word “Alpine”», *Marks & Makers*, 19 de junio de
    2018, <https://www.marksandmakers.example/features/the-long-quarrel-over-alpine-5502> (consultado el
    12.1.2021)⟧.
[^3]: ⟦c:changed|O’DELL, R.: «Harrow Mills sues over teal packaging», *The Signet Gazette*, 15 de enero de 2020,
    http://signetgazette.example/trademark/harrow-mills-teal-12610 (última consulta: 1 de febrero de 2020)⟧.
[^4]: ⟦c|KAYA, I., «Most seizures at ports never reach a court», *The Signet Gazette* (2-9-2020)⟧.
[^5]: ⟦c:paper|KAYA, I. y HOLM, P., «Five questions for the new registrar», *Der Markenbote*, 1 de febrero de
    2022⟧.
[^6]: ⟦c:unknown|RÍOS VEGA, Marta, «El olor del cedro», *Revista de Signos*, núm. 17 (2020), pp. 5-31, DOI:
    10.5555/rds.2020.17.005⟧; HOLM, *op. cit.*, nota 1.
"""
BLOG = """
---
title: "Smells, jugs & other things you can't own"
date: 2021-04-11
---

OK so I'm back. It's been a while (since '19, actually) and the "trademark nerd" corner of the internet
hasn't gotten any saner. Three things this week.

**1. That lantern.** You'll remember [Petra Holm's report](⟦c:changed corrected|http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107?utm_source=feed&utm_medium=rss#comments⟧)
about the camping people. Best line, and I still use it at parties: "⟦q|the average hiker does not study the
shade of a lamp⟧". Somebody quietly fixed the piece later on. The first text is
[still in the archive](⟦c:changed corrected|https://web.archive.org/web/20170901000000/http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107⟧);
the one you should cite is ⟦c|signet-12107@2⟧, and no, there is no ⟦c:version|makers-5502@3⟧, whatever my
commenters say.

**2. Pencils.** "⟦q|May the smell of cut cedar be registered for pencils?⟧" I'm not making this up --
[the Gazette asked](⟦c:gone|https://www.signetgazette.example/courts/may-a-smell-be-a-mark-12450/⟧) in May 2019
and the page is dead now. My dad's a carpenter, he's 6'2" and he says it's 'just wood'.

**3. Jugs.** Go and read ⟦c|[Why a handle is not a mark](http://marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431)⟧.
Money quote:

> ⟦q:words|it will sink many more unless makers teach their customers to look. Advertising that says "look
> for the curve" is the place to begin⟧

Don't @ me about "functionality". And the cheese saga, [which I love][cheese], is the only law story ever
that ends with ⟦q|“a plate of cheese that both of them claimed to have made”⟧. Chef's kiss.

Also watching: [this](⟦c:unknown|https://tube.example/watch?v=bZ81lamp⟧). My grandma used to say, ⟦q:unknown|"a
lamp that everybody knows is a lamp nobody buys twice"⟧, and she ran a shop for forty years.

[cheese]: ⟦c|http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502?fbclid=IwAR2hh⟧
"""

SKELETON = """
IN THE HIGH COURT OF JUSTICE                                        Claim No. IL-2023-000881
INTELLECTUAL PROPERTY LIST (ChD)

                    (1) ORDWAY LIGHTING LTD          Claimant
                              - and -
                    (2) TALLOW & SONS LTD            Defendant

              SKELETON ARGUMENT FOR THE DEFENDANT

1.  This is D's skeleton for the hearing on 14 June 2023. References in the form [B/4/112] are to
    bundle, tab and page. "The Sign" means the word BEAMLET; "the 1994 Act" is the Signs Act 1994.

2.  C says that the Sign is "inherently distinctive". It isn't. As Corder J put it in Ashby v Prior
    [2006] EWHC 991 (Ch) at [52]: "⟦q:unknown|a sign which tells the buyer what he is buying tells him
    nothing about the seller⟧".

3.  The trade press took the same view of a neighbouring word. See ⟦c|P. Holm, "Tribunal bars
    'Moonbeam' for lamps; appeal likely", The Signet Gazette, 30.03.2021⟧ [B/4/112]: "⟦q|every lamp sheds
    a beam and the word says no more than that⟧".

4.  C relies on the lantern case as reported in the press: ⟦c:headline changed corrected|The Signet
    Gazette, 4 August 2017, "Orrin & Vale wins appeal over lantern mark" (Petra Holm)⟧ [B/4/115]. C's own
    reading of it is hopeless. The claimant there "failed", and by a distance.

5.  The German position is no different:

    (a) ⟦c|J. Weiß, "Löschung der Marke 'Seeblick' bestätigt", Der Markenbote, 8 October 2020⟧
        [B/4/120]: "⟦q|Von hundert Hotels am See heißen elf so⟧".

    (b) ⟦c:date|Jürgen Weiss, "Gericht: Farbe Türkis ist keine Marke", Der Markenbote, 15.03.2019,
        http://markenbote.example/urteile/farbe-tuerkis-881⟧ [B/4/124]: "⟦q:words|Wer Kaugummi kauft, achtet
        auf den Preis und nicht auf den Ton der Hülle⟧".

6.  For these reasons, and those to be developed orally, the claim should be dismissed with costs.

                                                            ROWENA PYKE
                                                            4 Gasholder Row, 9 June 2023
"""

READING = """
READING LIST 7: REGISTERS AND THEIR READERS          (Signs & Makers Library, rev. Nov. 2026)

General

  * Prior, Wendell. The law of get-up. 2nd ed. Toronto: Birch Hill Press, 2009. [3 copies, KF 3180]
  * Roy, O. "On the many names of cheese in the Eastern Townships", Laval LJ 57:3 (2012), 611-640.

From the press

  * ⟦c|Kaya, Idris, and Petra Holm. Five questions for the new registrar. Marks & Makers, 2022 Feb 1.
    http://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533⟧
    "Refreshingly rude" (a reader).
  * ⟦c:author|VAN DER MEER (Carla). The long quarrel over the word "Alpine". -- In: Marks & Makers, 19 July
    2018. -- http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502⟧
  * ⟦c:gone|[Anon.] Court asks Luxembourg: may a smell be a mark? Signet Gazette, 6.v.2019⟧
  * ⟦c:withdrawn|Cruz, Sofia de la. Fennimore withdraws brewery opposition after nine years. Signet Gazette, 20
    Nov. 2019. http://signetgazette.example/trademark/fennimore-withdraws-brewery-opposition-12502⟧
  * ⟦c|Tanaka, M.; Albrecht, J. 'Quill & Crown' wins back its name. Signet Gazette, 12 Feb. 2018⟧
  * ⟦c|Albrecht (J.). Settlement reached in long Brindle dispute. The Signet Gazette, June 2021. Ref.
    signet-12744⟧
  * ⟦c|田中 美咲「三色の縞からなる色彩商標の登録を拒絶」『標章新聞』2021年4月5日付
    http://hyosho.example/news/shikisai-301⟧ (in Japanese; ask at the desk)
  * ⟦c:unknown|signet-88813⟧ (on order; the number is as given to us)

Please return everything by 18 December. Users' own photocopies can't be accepted.
"""

THESIS = r"""
\documentclass[12pt,oneside]{book}
\usepackage{csquotes}
\usepackage[style=verbose-ibid,backend=biber]{biblatex}
\addbibresource{sources.bib}
\begin{document}
\chapter{Reading the Register}\label{ch:register}

It's a commonplace that examiners don't read, and that ``readers'' don't examine.\footnote{The phrase is
usually given to Wendell Prior, \emph{The Law of Get-Up} (2nd~edn, Birch Hill Press 2009) 7.} The 1994 Act
assumes the opposite; s~3(1)(b) speaks of \enquote{distinctive character} and leaves it at that.

\enquote{⟦q|A crown on a label, the panel wrote, tells nobody that a king has bought the
ink.⟧}\autocite[3]{quill} The sentence that follows, on feathers, is subtler: ``⟦q:words|nor does the crown
beside it add anything that a buyer of pens might remember⟧''.\autocite[See][3--4]{quill}

Of seizures we know little, save that \textquote[{\cite[12]{ports}}]{⟦q|Nine in ten seizures of fakes at the
ports of the north end without any hearing⟧}. The authors want \enquote{a register of
seizures}.\footcite{ports}

\begin{displayquote}
⟦q|Harrow Mills has settled with the rival that it accused of selling oats in teal boxes.⟧
\end{displayquote}
So the paper in its last version.\footcite[Cf.][]{teal} Of the lantern we read that ``⟦q|[t]he Board of Appeal
held on Friday that `the average hiker does not study the shade of a lamp'⟧\,''.\footnote{⟦c|Petra Holm, `Orrin
\& Vale loses appeal over lantern mark', \emph{The Signet Gazette}, 4~Aug.~2017,
\url{http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107} (visited on
05/06/2019)⟧.}

Shapes are another matter. ``⟦q:missing|The authors ask for a register of seizures that the public can
read⟧'',\footnote{⟦c|I.~Kaya, `Why a handle is not a mark', \textit{Marks \& Makers} (9~November 2016)⟧; and
compare \cite{tuerkis}.} it is said, though not of jugs. As to hotels: \foreignquote{german}{⟦q|Die L\"oschung der
Marke \enquote{Seeblick} ist rechtskr\"aftig.⟧}\footnote{⟦c:author|J\"org Wei{\ss}, ``L\"oschung der Marke
`Seeblick' best\"atigt'', \emph{Der Markenbote} (8.10.2020),
\href{https://markenbote.example/urteile/seeblick-902}{\texttt{markenbote.example}}⟧.}

\printbibliography
\end{document}
"""

SOURCES_BIB = r"""
% exported 2023-02-17 by hand
@article{quill,
  author       = {Albrecht, Jonas and others},
  title        = {{`Quill \& Crown'} wins back its name},
  subtitle     = {the {Board of Appeal} explains},
  journaltitle = {The Signet Gazette},
  date         = {2018-02-12},
  url          = {⟦c|http://signetgazette.example/trademark/quill-crown-wins-back-its-name-12311⟧},
  urldate      = {2023-02-01}
}

@article{ports,
  author  = {Idris Kaya},
  title   = {⟦c|Study: most seizures at ports never reach a court⟧},
  journal = {The Signet Gazette},
  year    = 2020,
  month   = sep,
  note    = {p.~12 of the print edition}
}

@online{teal,
  author  = {O'Dell, Ruth},
  title   = {Harrow {Mills} settles its suit over teal packaging},
  organization = {The Signet Gazette},
  date    = {2020-01-15},
  url     = {⟦c|https://signetgazette.example/trademark/harrow-mills-teal-12610⟧},
  urldate = {2021-05-01},
}

@online{tuerkis,
  author  = {Wei{\ss}, J{\"u}rgen},
  title   = {Gericht: {Farbe} {Violett} ist keine {Marke}},
  journaltitle = {Der Markenbote},
  date    = {2019-03-14},
  url     = {⟦c:headline|http://www.markenbote.example/urteile/farbe-tuerkis-881⟧},
}

@misc{holm:lantern,
  author  = {Holm, P.},
  title   = {Orrin \& Vale loses appeal over lantern mark},
  howpublished = {The Signet Gazette},
  date    = {2017-08},
  url     = {⟦c:changed corrected|http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107⟧},
  urldate = {2017-12-01},
}

@article{feather,
  author  = {Fitch, Lena},
  title   = {What a Feather Can and Cannot Do for a Pen},
  journal = {Southern Law Review},
  volume  = 44, number = 2, pages = {201--219}, year = 2019,
  doi     = {⟦c:unknown|10.5555/slr.2019.44.201⟧},
}

@book{prior,
  author = {Prior, Wendell}, title = {The Law of Get-Up}, edition = 2,
  publisher = {Birch Hill Press}, location = {Toronto}, year = 2009,
}
"""

CHAPTERS = {
    "hiker.docx": CANADA,
    "teal.docx": AUSTRALIA,
    "burnt.docx": NOTE,
    "lamparas.md": SPAIN,
    "blog.md": BLOG,
    "skeleton.txt": SKELETON,
    "reading.txt": READING,
    "thesis.tex": THESIS,
    "sources.bib": SOURCES_BIB,
}
