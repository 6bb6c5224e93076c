-- Un projet QualCoder 3.8 (base v14) : les tables et les colonnes que son code crée, des lignes fictives.
CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, bookmarkpos integer, codername text, recently_used_codes text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, height integer, cid integer, memo text, date text, owner text, important integer, pdf_page integer);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo text, date text, owner text, important integer);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text, unique(fid, pos0, pos1, owner));
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text, owner text, unique(name, attr_type, id));
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text, date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text, constraint ucm unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer, unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, date text, memo text, avid integer, important integer, unique(cid, fid, pos0, pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text, unique(name));
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text, unique(name));
CREATE TABLE stored_sql (title text, description text, grouper text, ssql text, unique(title));
CREATE TABLE ris (risid integer, tag text, longtag text, value text);
CREATE TABLE coder_names (name text unique not null, visibility integer not null default 1 check (visibility in (0, 1)));
CREATE VIEW code_text_visible AS SELECT code_text.* FROM code_text JOIN coder_names ON code_text.owner = coder_names.name WHERE coder_names.visibility = 1;

INSERT INTO project VALUES ('v14', '2026-03-01 09:00:00', 'Projet fictif', 'QualCoder 3.8', 0, 0, 'ana', '');
INSERT INTO coder_names VALUES ('ana', 1), ('bob', 0);
INSERT INTO source (id, name, fulltext, mediapath, memo, owner, date) VALUES
  (1, 'E01.txt', 'Élodie : Ben oui 🙂, on ressaisit tout.' || char(10) || 'Deux fois, à la main.' || char(10), '/docs/E01.txt', 'Entretien du matin', 'ana', '2026-03-01 09:01:00'),
  (2, 'E02.txt', char(65279) || 'Léo : La caisse marche.' || char(13, 10) || 'On est formés 🎉, à peine.', NULL, '', 'ana', '2026-03-01 09:02:00'),
  (3, 'affiche.png', NULL, '/images/affiche.png', '', 'ana', '2026-03-01 09:03:00'),
  (4, 'reunion.mp3', NULL, '/audio/reunion.mp3', '', 'ana', '2026-03-01 09:04:00'),
  (5, 'reunion.mp3.txt', '', NULL, '', 'ana', '2026-03-01 09:04:00');
INSERT INTO code_cat (catid, name, owner, date, memo, supercatid) VALUES
  (1, 'Risque', 'ana', '2026-03-01 09:05:00', 'Ce qui pèse', NULL),
  (2, 'Travail', 'ana', '2026-03-01 09:05:00', '', 1);
INSERT INTO code_name (cid, name, memo, catid, owner, date, color) VALUES
  (1, 'Charge', 'Trop de travail', 2, 'ana', '2026-03-01 09:06:00', '#F5A9A9'),
  (2, 'Santé', NULL, 1, 'ana', '2026-03-01 09:06:00', '#D0A9F5'),
  (3, 'Soutien', '', NULL, 'bob', '2026-03-01 09:06:00', '#A9F5A9'),
  (4, 'Lu, rien à coder', '', NULL, 'bob', '2026-03-01 09:06:00', '#A9A9A9');
-- Sélections à la souris : Qt compte l'émoji pour deux, CR LF pour un, et rend U+2029 pour une fin de ligne.
INSERT INTO code_text (ctid, cid, fid, seltext, pos0, pos1, owner, date, memo, avid, important) VALUES
  (1, 1, 1, 'on ressaisit tout.' || char(8233) || 'Deux fois', 21, 49, 'ana', '2026-03-02 10:00:00', 'À revoir', NULL, 1),
  (2, 2, 1, 'à la main', 51, 60, 'bob', '2026-03-02 10:01:00', '', NULL, NULL),
-- Codage automatique : Python compte l'émoji pour un, CR LF pour deux.
  (3, 1, 1, 'Deux fois', 39, 48, 'bob', '2026-03-02 10:02:00', NULL, NULL, NULL),
  (4, 3, 2, 'La caisse marche.', 7, 24, 'ana', '2026-03-02 10:03:00', '', NULL, NULL),
  (5, 3, 2, 'à peine', 43, 50, 'bob', '2026-03-02 10:04:00', '', NULL, NULL),
  (6, 4, 2, 'On est formés', 25, 38, 'bob', '2026-03-02 10:05:00', '', NULL, NULL),
-- Le texte a changé depuis : aucune façon de compter ne redit ces mots.
  (7, 2, 1, 'on saisissait tout', 21, 39, 'ana', '2026-03-02 10:06:00', '', NULL, NULL),
  (8, 2, 99, 'document supprimé', 0, 5, 'ana', '2026-03-02 10:07:00', '', NULL, NULL);
INSERT INTO annotation (anid, fid, pos0, pos1, memo, owner, date) VALUES
  (1, 1, 24, 33, 'Le mot revient souvent', 'ana', '2026-03-03 10:00:00'),
  (2, 1, 0, 6, 'Pseudonyme à vérifier', 'bob', '2026-03-03 10:01:00');
INSERT INTO code_image (imid, id, x1, y1, width, height, cid, memo, date, owner) VALUES (1, 3, 0, 0, 10, 10, 1, '', '2026-03-03 11:00:00', 'ana'), (2, 3, 5, 5, 10, 10, 2, '', '2026-03-03 11:00:00', 'ana');
INSERT INTO code_av (avid, id, pos0, pos1, cid, memo, date, owner) VALUES (1, 4, 0, 2000, 1, '', '2026-03-03 11:00:00', 'bob');
INSERT INTO cases (caseid, name, memo, owner, date) VALUES (1, 'Élodie', '', 'ana', '2026-03-03 12:00:00'), (2, 'Léo', '', 'ana', '2026-03-03 12:00:00');
INSERT INTO case_text (id, caseid, fid, pos0, pos1, owner, date, memo) VALUES (1, 1, 1, 0, 40, 'ana', '2026-03-03 12:00:00', ''), (2, 1, 1, 40, 60, 'ana', '2026-03-03 12:00:00', ''), (3, 2, 2, 0, 20, 'ana', '2026-03-03 12:00:00', '');
INSERT INTO attribute_type VALUES ('structure', '2026-03-03', 'ana', '', 'file', 'character'), ('fonction', '2026-03-03', 'ana', '', 'case', 'character');
INSERT INTO attribute (attrid, name, attr_type, value, id, date, owner) VALUES (1, 'structure', 'file', 'S1', 1, '2026-03-03', 'ana'), (2, 'structure', 'file', '', 2, '2026-03-03', 'ana'), (3, 'fonction', 'case', 'encadrement', 1, '2026-03-03', 'ana');
INSERT INTO journal (jid, name, jentry, date, owner) VALUES (1, 'Carnet', 'Première impression.', '2026-03-03', 'ana');
