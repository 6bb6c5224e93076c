"""Le serveur de la page : cette machine seulement, un jeton, rien d'extérieur."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socketserver
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from ess_analyse.erreurs import ErreurDonnees
from ess_analyse.relire.feuille import Conflit
from ess_analyse.relire.seance import Seance
from ess_analyse.relire.vue import decrire, decrire_conflit, decrire_ligne, decrire_suivi

__all__ = ["JETON", "TAILLE", "Serveur"]

HOTE = "127.0.0.1"
JETON = "X-Ess-Jeton"
"""L'en-tête où la page redit le jeton de son adresse."""
TAILLE = 64 * 1024
"""Le corps le plus long qu'une requête puisse avoir, en octets : un mémo de plusieurs pages."""
_PATIENCE = 30
_PAGE = Path(__file__).parent / "page"
_FICHIERS = {
    "": ("relire.html", "text/html; charset=utf-8"),
    "relire.css": ("relire.css", "text/css; charset=utf-8"),
    "relire.js": ("relire.js", "text/javascript; charset=utf-8"),
    "icone.svg": ("icone.svg", "image/svg+xml"),
}
_ENTETES = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Serveur(socketserver.ThreadingTCPServer):
    """Servir une séance sur cette machine seulement.

    Parameters
    ----------
    seance : Seance
        La séance.
    port : int
        0 pour un port libre.

    Raises
    ------
    OSError
        Si le port est pris.
    """

    # On Windows this option would let another program take the port.
    allow_reuse_address = os.name == "posix"
    daemon_threads = True

    def __init__(self, seance: Seance, port: int = 0):
        self.seance, self.jeton = seance, secrets.token_urlsafe(32)
        super().__init__((HOTE, port), _Requete)
        self.hote = f"{HOTE}:{self.server_address[1]}"

    @property
    def adresse(self) -> str:
        """L'adresse de la page, jeton compris."""
        return f"http://{self.hote}/{self.jeton}/"

    def terminer(self) -> None:
        """Arrêter de servir, depuis n'importe quel fil."""
        threading.Thread(target=self.shutdown, daemon=True).start()

    def handle_error(self, request, client_address) -> None:
        """Se taire quand le navigateur a raccroché ; montrer le reste."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Requete(BaseHTTPRequestHandler):
    server: Serveur
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    # Headers and body in one packet: otherwise the browser waits 40 ms for the second.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Donner la page, ses fichiers, ou l'état de la séance."""
        if not self._est_d_ici(ecrit=False):
            return
        if self.path == "/api/etat":
            self._repondre_avec(lambda _: decrire(self.server.seance))
            return
        jeton, _, nom = self.path.removeprefix("/").partition("/")
        if not self._est_le_jeton(jeton):
            self._refuser(HTTPStatus.FORBIDDEN, "jeton absent ou faux : ouvrez l'adresse que la commande a dite")
        elif nom not in _FICHIERS:
            self._refuser(HTTPStatus.NOT_FOUND, "page inconnue")
        else:
            fichier, genre = _FICHIERS[nom]
            self._envoyer(HTTPStatus.OK, (_PAGE / fichier).read_bytes(), genre)

    def do_POST(self) -> None:
        """Prendre une décision, chercher une phrase, recharger, terminer."""
        if not self._est_d_ici(ecrit=True):
            return
        if self.path not in _ACTIONS:
            self._refuser(HTTPStatus.NOT_FOUND, "action inconnue")
            return
        self._repondre_avec(_ACTIONS[self.path])
        if self.path == "/api/terminer" and self.reussie:
            self.wfile.flush()
            self.server.terminer()

    def send_error(self, code, message=None, explain=None) -> None:
        """Dire en JSON ce que la bibliothèque standard refuse d'elle-même : méthode, ligne ou en-têtes mal formés."""
        refus = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self._refuser(refus, "requête refusée")

    def log_message(self, format, *args) -> None:
        """Ne rien écrire : l'adresse porte le jeton."""

    def version_string(self) -> str:
        """Ne pas dire quelle version de Python répond."""
        return "ess-analyse"

    def _est_d_ici(self, *, ecrit: bool) -> bool:
        origine = self.headers.get("Origin")
        if self.headers.get_all("Host") != [self.server.hote]:
            self._refuser(HTTPStatus.FORBIDDEN, "hôte inattendu")
        elif (ecrit or origine is not None) and origine != f"http://{self.server.hote}":
            self._refuser(HTTPStatus.FORBIDDEN, "origine inattendue")
        elif self.path.startswith("/api/") and not self._est_le_jeton(self.headers.get(JETON, "")):
            self._refuser(HTTPStatus.FORBIDDEN, "jeton absent ou faux")
        else:
            return True
        return False

    def _est_le_jeton(self, jeton: str) -> bool:
        return hmac.compare_digest(jeton.encode("utf-8", "replace"), self.server.jeton.encode())

    def _lire_corps(self) -> dict | None:
        longueur = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not longueur.isdecimal():
            return self._refuser(HTTPStatus.LENGTH_REQUIRED, "longueur absente")
        if int(longueur) > TAILLE:
            return self._refuser(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "texte trop long")
        if self.headers.get_content_type() != "application/json":
            return self._refuser(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "seul le JSON est lu")
        try:
            corps = json.loads(self.rfile.read(int(longueur)))
        except (ValueError, RecursionError):
            corps = None
        if not isinstance(corps, dict) or not all(isinstance(valeur, str) for valeur in corps.values()):
            return self._refuser(HTTPStatus.BAD_REQUEST, "JSON mal formé")
        return corps

    def _repondre_avec(self, action: Callable[[_Requete], dict]) -> None:
        try:
            self.corps = self._lire_corps() if self.command == "POST" else {}
            if self.corps is None:
                return
            with self.server.seance.verrou:
                reponse = action(self)
        except Conflit as conflit:
            self._envoyer_json(HTTPStatus.CONFLICT, {"conflit": decrire_conflit(conflit)})
        except ErreurDonnees as erreur:
            self._envoyer_json(HTTPStatus.UNPROCESSABLE_ENTITY, {"probleme": str(erreur)})
        else:
            self._envoyer_json(HTTPStatus.OK, reponse)

    def _refuser(self, statut: HTTPStatus, message: str) -> None:
        # The body of a refused request has not been read: the connection cannot serve another.
        self.close_connection = True
        self._envoyer_json(statut, {"probleme": message})

    def _envoyer_json(self, statut: HTTPStatus, reponse: dict) -> None:
        octets = json.dumps(reponse, ensure_ascii=False).encode("utf-8", "replace")
        self._envoyer(statut, octets, "application/json; charset=utf-8")

    def _envoyer(self, statut: HTTPStatus, octets: bytes, genre: str) -> None:
        self.reussie = statut == HTTPStatus.OK
        self.send_response(statut)
        for nom, valeur in (_ENTETES | {"Content-Type": genre, "Content-Length": str(len(octets))}).items():
            self.send_header(nom, valeur)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets)


def _decider(requete: _Requete) -> dict:
    seance, corps = requete.server.seance, requete.corps
    segment = corps.get("segment", "")
    seance.decider(corps.get("geste", ""), segment, corps.get("valeur", ""), empreinte=corps.get("empreinte", ""))
    return {"ligne": decrire_ligne(seance, segment), **decrire_suivi(seance)}


def _revenir(requete: _Requete) -> dict:
    seance, empreinte = requete.server.seance, requete.corps.get("empreinte", "")
    annuler = requete.path == "/api/annuler"
    segment = seance.annuler(empreinte=empreinte) if annuler else seance.retablir(empreinte=empreinte)
    return {"ligne": segment and decrire_ligne(seance, segment), **decrire_suivi(seance)}


def _chercher(requete: _Requete) -> dict:
    seance, apres = requete.server.seance, requete.corps.get("segment")
    non_lue = requete.path == "/api/non-lue"
    return {"segment": seance.prochaine_non_lue(apres) if non_lue else seance.prochaine_incertaine(apres)}


def _recharger(requete: _Requete) -> dict:
    requete.server.seance.recharger()
    return decrire(requete.server.seance)


_ACTIONS: dict[str, Callable[[_Requete], dict]] = {
    "/api/decider": _decider,
    "/api/annuler": _revenir,
    "/api/retablir": _revenir,
    "/api/non-lue": _chercher,
    "/api/incertaine": _chercher,
    "/api/recharger": _recharger,
    "/api/terminer": lambda requete: decrire_suivi(requete.server.seance),
}
