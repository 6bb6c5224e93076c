"""Ce qui porte une capitale sans désigner personne : sigles de l'administration, marques répandues, pays, fêtes."""

from __future__ import annotations

import functools

from ess_analyse.pseudonymes.motif import aplatir

__all__ = ["PAYS", "est_neutre", "expressions_neutres"]

_SIGLES = """
AAH ACI DP DS ACT ADEME AED AFPA AG AGEFIPH AI AMAP AME ANACT ANCT ANI ARACT ARE ARS ASE ASP ASS AT BAC BEP BP BPI
BPJEPS BTP BTS CA CADA CAF CAP CARSAT CCAS CDC CDD CDDI CDI CEJ CESF CFA CFDT CFTC CGC CGT CHRS CHU CIAS CIDFF CIP CMP
CMU CNAM CNIL CNR COMEX COPIL COVID CPAM CPF CQP CRESS CSAPA CSE CSP CSS CV DAF DARES DDETS DDTEFP DGEFP DIRECCTE DLA
DPO DREETS DRH DSI DSN DUERP DUP DUT DVD EA EDF EHPAD EI EITI EPI ESAT ESMS ESS ETI ETP ETTI EURL FAQ FAS FEDER FLE
FLI FO FSE FSL GDF GEIQ GIP GMS GPEC GPS GRETA GSM HLM HT IA IAE IBAN IDE IME INRS INSEE IP IRM ITT JO JT LEA LOL MAJ
MDPH MFR MPE MSA MSAP NPAI NIR NSP OETH OF OFII OFPRA OFII OK ONG OPCA OPCO OPPBTP PAP PASS PC PDF PIB PIN PJJ PLIE
PMI PMR PMSMP POE POEC POEI PPT PSC QPV QR QVCT QVT RAF RAS RATP RDV RGPD RH RIB RSA RSE RTT SA SAAD SARL SAS SAMU SAV
SCIC SCOP SDF SIAE SIAO SIRET SIREN SMIC SMS SNCF SOS SPIP SST STP SUD TAF TER TGV TIC TIG TMS TPE TTC TV TVA TUC UE
UDES UNSA URSSAF USB UX VAE VHU VPN VSL WC WIFI XXL ZRR ACSE DGCS IEJ PEC PEPS PACTE FDI PRIC PRITH EMAUS INAE PPAE
PACEA ARML UDAF CAARUD
"""
_NOMS = """
Airbnb Alexa Ameli Amazon Android Apple Assemblée Bluetooth Bon Canva ChatGPT Chrome Chronopost Cloud Colissimo Corona
Deezer Deliveroo Discord Doctolib Dropbox Drive Ebay Emploi Excel Facebook Firefox Flash FranceConnect Gmail Google
Hotmail Instagram Insta Internet Intranet Extranet IPhone IPad Java Leboncoin LibreOffice LinkedIn Linux Mac Messenger
Meet Microsoft Netflix OneDrive OpenOffice Orange Outlook Paint Paypal PowerPoint Pronote SharePoint Skype Slack
Smartphone Snap Snapchat Spotify Teams Telegram TikTok Trello Twitter Uber Vinted Viber Visio Vitale Web Whatsapp
WhatsApp Wikipédia Windows Word Yahoo YouTube Zoom Zoho Powerpoint Siri Copilot Gemini Mistral État Europe République
Région Département Préfecture Préfet Président Présidente Sénat Sécu Urssaf Dreets Caf Direccte Maman Papa Bonjour
Bonsoir Union Ligue Uni Dieu Allah Coran Bible Islam Terre Soleil Lune Nord Sud Est Ouest Noël Pâques Toussaint
Ascension Pentecôte Ramadan Aïd Armistice Assomption Avent Carême Halloween Épiphanie Janvier Février Mars Juin
Juillet Août Septembre Octobre Novembre Décembre Lundi Mardi Mercredi Jeudi Vendredi Samedi Dimanche Speaker Locuteur
Madame Monsieur Mesdames Messieurs Mademoiselle Mme Mlle Mr MM Maître Docteur Untel Unetelle Machin Truc Bidule
Trucmuche Français Française Françaises Européen Européenne Européens Arabe Arabes Africain Africaine Africains
Africaines Portugais Portugaise Espagnol Espagnole Italien Italienne Anglais Anglaise Allemand Allemande Roumain
Roumaine Turc Turque Marocain Marocaine Algérien Algérienne Tunisien Tunisienne Malien Malienne Sénégalais Sénégalaise
Syrien Syrienne Afghan Afghans Afghane Ukrainien Ukrainienne Ukrainiens Ukrainiennes Kurde Kurdes Rom Roms Chinois
Chinoise Américain Américains Américaine Anglo Bretons Breton Parisien Parisiens Parisienne Occident Covid Occidental
Occidentaux
"""
_EXPRESSIONS = (
    "France Travail", "Pôle emploi", "Pole emploi", "Mission locale", "Cap emploi", "La Poste", "Croix-Rouge",
    "Sécurité sociale", "Assurance maladie", "Assemblée nationale", "Trésor public", "Conseil départemental",
    "Conseil régional", "Conseil général", "Région", "Carte Vitale", "Pass IAE", "Google Drive", "Google Maps",
    "Google Agenda", "Google Docs", "Google Forms", "France Connect", "France Services", "France Compétences",
    "Code du travail", "Droit du travail", "Union européenne", "Moyen-Orient", "Nouvel An", "Premier ministre",
    "Banque alimentaire", "Ressources humaines", "Caisse d'allocations familiales", "Plateforme de l'inclusion",
    "Aïd el-Kébir", "Maison France Services", "Restos du Cœur", "Secours populaire", "Secours catholique",
    "Le Bon Coin", "Emplois de l'inclusion", "Wi-Fi",
)  # fmt: skip
PAYS = """
Afghanistan Afrique Albanie Algérie Allemagne Amérique Andorre Angleterre Angola Antilles Arabie Argentine Arménie
Asie Australie Autriche Azerbaïdjan Bangladesh Belgique Bénin Biélorussie Bolivie Bosnie Botswana Brésil Bulgarie
Burkina Burundi Cambodge Cameroun Canada Centrafrique Chili Chine Chypre Colombie Comores Congo Corée Croatie Cuba
Danemark Djibouti Écosse Égypte Équateur Érythrée Espagne Estonie États-Unis Éthiopie Finlande France Gabon Gambie
Géorgie Ghana Grèce Guadeloupe Guinée Guyane Haïti Hongrie Inde Indonésie Irak Iran Irlande Islande Israël Italie
Japon Jordanie Kazakhstan Kenya Kosovo Koweït Laos Lettonie Liban Libye Lituanie Luxembourg Macédoine Madagascar
Maghreb Mali Malte Maroc Martinique Maurice Mauritanie Mayotte Mexique Moldavie Mongolie Monténégro Mozambique Népal
Niger Nigeria Norvège Ouganda Pakistan Palestine Pérou Philippines Pologne Portugal Qatar Réunion Roumanie Russie
Rwanda Sénégal Serbie Slovaquie Slovénie Somalie Soudan Suède Suisse Syrie Tanzanie Tchad Tchéquie Tchétchénie
Thaïlande Togo Tunisie Turquie Ukraine Uruguay Venezuela Vietnam Yémen Zambie Zimbabwe
"""
"""Les pays et les grandes régions du monde, gardés tels quels : ils disent un parcours sans désigner personne."""


@functools.cache
def _index() -> frozenset[str]:
    return frozenset(aplatir(mot) for mot in f"{_SIGLES} {_NOMS} {PAYS}".split())


def est_neutre(mot: str) -> bool:
    """Dire si un mot à capitale ne désigne personne, aucune structure et aucun lieu qui se reconnaisse.

    Examples
    --------
    >>> [est_neutre(mot) for mot in ("RGPD", "Excel", "Sénégal", "Sandrine")]
    [True, True, True, False]
    """
    return aplatir(mot) in _index()


def expressions_neutres() -> tuple[str, ...]:
    """Rendre les suites de mots (« France Travail ») qui ne désignent personne, bien que leurs mots le pourraient."""
    return _EXPRESSIONS
