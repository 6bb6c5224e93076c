"""Le serveur de la page : cette machine seulement, un jeton, rien d'extérieur."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import PurePath

from ess_analyse.relecture.actions import ACTIONS, TAILLE, executer
from ess_analyse.relecture.commune import SeanceCommune
from ess_analyse.relecture.page import MODULES, composer_page, lire_fichier

__all__ = ["JETON", "Serveur"]

HOTE = "127.0.0.1"
JETON = "X-Ess-Jeton"
"""L'en-tête où la page redit le jeton de son adresse."""
_PATIENCE = 30
_API = "/api/"
_GENRES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FICHIERS = frozenset({"page.css", "relire.css", "page.js", *MODULES, "icone.svg"})
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
    seance : SeanceCommune
        La séance.
    port : int
        0 pour un port libre.

    Raises
    ------
    OSError
        Si le port est pris, ou refusé par le système.
    """

    # On Windows this option would let another program take the port.
    allow_reuse_address = os.name == "posix"
    daemon_threads = True

    def __init__(self, seance: SeanceCommune, port: int = 0):
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
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Requete(BaseHTTPRequestHandler):
    server: Serveur
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    # Headers and body in one packet: otherwise the browser waits 40 ms for the second.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Donner la page et ses fichiers."""
        if not self._est_d_ici(ecrit=False):
            return
        jeton, _, nom = self.path.removeprefix("/").partition("/")
        if not self._est_le_jeton(jeton):
            self._refuser(HTTPStatus.FORBIDDEN, "jeton absent ou faux : ouvrez l'adresse que la commande a dite")
        elif not nom:
            self._envoyer(HTTPStatus.OK, composer_page(), "text/html; charset=utf-8")
        elif nom in _FICHIERS:
            self._envoyer(HTTPStatus.OK, lire_fichier(nom), _GENRES[PurePath(nom).suffix])
        else:
            self._refuser(HTTPStatus.NOT_FOUND, "page inconnue")

    def do_POST(self) -> None:
        """Faire ce que la page demande à la séance."""
        if not self._est_d_ici(ecrit=True):
            return
        action = self.path.removeprefix(_API)
        if not self.path.startswith(_API) or action not in ACTIONS:
            self._refuser(HTTPStatus.NOT_FOUND, "action inconnue")
            return
        octets = self._lire_corps()
        if octets is None:
            return
        try:
            corps = json.loads(octets)
        except (ValueError, RecursionError):
            self._refuser(HTTPStatus.BAD_REQUEST, "JSON mal formé")
            return
        reponse = executer(self.server.seance, action, corps)
        self._repondre(reponse)
        if action == "terminer" and "probleme" not in reponse:
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
        elif self.path.startswith(_API) and not self._est_le_jeton(self.headers.get(JETON, "")):
            self._refuser(HTTPStatus.FORBIDDEN, "jeton absent ou faux")
        else:
            return True
        return False

    def _est_le_jeton(self, jeton: str) -> bool:
        return hmac.compare_digest(jeton.encode("utf-8", "replace"), self.server.jeton.encode())

    def _lire_corps(self) -> bytes | None:
        longueur = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding") or not longueur.isdecimal():
            return self._refuser(HTTPStatus.LENGTH_REQUIRED, "longueur absente")
        if int(longueur) > TAILLE:
            return self._refuser(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "texte trop long")
        if self.headers.get_content_type() != "application/json":
            return self._refuser(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "seul le JSON est lu")
        return self.rfile.read(int(longueur))

    def _repondre(self, reponse: dict) -> None:
        statut = HTTPStatus.OK
        if "conflit" in reponse:
            statut = HTTPStatus.CONFLICT
        elif "probleme" in reponse:
            statut = HTTPStatus.UNPROCESSABLE_ENTITY
        self._envoyer_json(statut, reponse)

    def _refuser(self, statut: HTTPStatus, message: str) -> None:
        # The body of a refused request has not been read: the connection cannot serve another.
        self.close_connection = True
        self._envoyer_json(statut, {"probleme": message})

    def _envoyer_json(self, statut: HTTPStatus, reponse: dict) -> None:
        self._envoyer(statut, json.dumps(reponse, ensure_ascii=False), "application/json; charset=utf-8")

    def _envoyer(self, statut: HTTPStatus, texte: str, genre: str) -> None:
        octets = texte.encode()
        self.send_response(statut)
        for nom, valeur in (_ENTETES | {"Content-Type": genre, "Content-Length": str(len(octets))}).items():
            self.send_header(nom, valeur)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets)
