-- Ce que pandoc n'écrit pas de lui-même : alternatives, figures, encadrés, sauts de page, couleurs des tables de chaleur.
local typst, docx = FORMAT:match('^typst') ~= nil, FORMAT:match('^docx') ~= nil
local pptx, html = FORMAT:match('^pptx') ~= nil, FORMAT:match('^html') ~= nil
local figures = {}
local SAUT = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

local function chaine(texte)
  return '"' .. texte:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function en_typst(blocs)
  return (pandoc.write(pandoc.Pandoc(blocs), 'typst-smart'):gsub('%s+$', ''))
end

local function brut(texte) return pandoc.RawBlock('typst', texte) end

local function entourer(avant, blocs, apres)
  local tous = pandoc.Blocks { brut(avant) }
  tous:extend(blocs)
  tous:insert(brut(apres))
  return tous
end

local function lire_meta(meta)
  for nom, figure in pairs(meta.figures or {}) do
    figures[nom] = { fichier = pandoc.utils.stringify(figure.fichier), dit = pandoc.utils.stringify(figure.dit) }
  end
  meta.figures = nil
  return meta
end

-- Only our drawings are pictures: another one would be fetched from this machine, or from elsewhere.
local function Image(image)
  if image.classes:includes('posee') then return nil end
  local figure = figures[image.src]
  if not figure then return image.caption end
  if typst then
    return pandoc.RawInline('typst', '#image(' .. chaine(figure.fichier) .. ', alt: ' .. chaine(figure.dit) .. ', width: 100%)')
  end
  image.src = figure.fichier
  image.classes, image.attributes = { 'posee' }, docx and { width = '16cm' } or {}
  -- In a slide show a caption would be shown: the alternative is set afterwards.
  image.caption = pptx and {} or { pandoc.Str(figure.dit) }
  return image
end

local function Figure(figure)
  local image
  figure.content:walk { Image = function(trouvee) image = trouvee end }
  if not image or not figures[image.src] then return figure.caption.long end
  if typst then
    local corps = en_typst { pandoc.Plain { Image(image) } }
    return brut('#figure(' .. corps:gsub('^#', '') .. ', kind: image, caption: [' .. en_typst(figure.caption.long) .. '])')
  end
  figure.content = figure.content:walk { Image = Image }
  return figure
end

local function BlockQuote(bloc)
  if docx then return pandoc.Div(bloc.content, pandoc.Attr('', {}, { ['custom-style'] = 'Quote' })) end
end

local function Span(span)
  if typst and span.identifier ~= '' and #span.content == 0 then
    return pandoc.RawInline('typst', '#metadata(none)<' .. span.identifier .. '>')
  end
  if not span.classes:includes('source') then return nil end
  if typst then
    local dedans = pandoc.Inlines { pandoc.RawInline('typst', '#source[') }
    dedans:extend(span.content)
    dedans:insert(pandoc.RawInline('typst', ']'))
    return dedans
  end
  if pptx then return pandoc.Emph(span.content) end
  if docx then span.attributes['custom-style'] = 'Source' end
  return span
end

local function chiffres(div)
  local paires = {}
  div:walk { BulletList = function(liste)
    for _, un in ipairs(liste.content) do
      local nombre, nom = pandoc.utils.stringify(un):match('^(%S+) (.*)$')
      table.insert(paires, '(' .. chaine(nombre) .. ', ' .. chaine(nom) .. ')')
    end
  end }
  return brut('#chiffres(' .. table.concat(paires, ', ') .. ')')
end

local function Div(div)
  local classes = div.classes
  if classes:includes('saut') then
    return typst and brut('#pagebreak(weak: true)') or pandoc.RawBlock('openxml', SAUT)
  elseif classes:includes('decale') then
    local de = tonumber(div.attributes.de)
    return div.content:walk { Header = function(titre) titre.level = titre.level + de; return titre end }
  elseif classes:includes('chiffres') and typst then
    return chiffres(div)
  elseif classes:includes('avis') then
    if typst then return entourer('#avis[', div.content, ']') end
    div.attributes['custom-style'] = 'Encadré'
    return div
  elseif classes:includes('notes') and html then
    local notes = pandoc.Blocks { pandoc.RawBlock('html', '<details class="notes"><summary>Notes et preuves</summary>') }
    notes:extend(div.content)
    notes:insert(pandoc.RawBlock('html', '</details>'))
    return notes
  elseif classes:includes('petit') and typst then
    return entourer('#petit[', div.content, ']')
  end
end

local function teindre(tableau)
  local nombres, plafond = {}, 1
  local function chaque(faire)
    for _, corps in ipairs(tableau.bodies) do
      for _, ligne in ipairs(corps.body) do
        for rang, cellule in ipairs(ligne.cells) do
          local nombre = rang > 1 and tonumber(pandoc.utils.stringify(cellule.contents))
          if nombre then faire(cellule, nombre) end
        end
      end
    end
  end
  chaque(function(_, nombre) plafond = math.max(plafond, nombre) end)
  chaque(function(cellule, nombre)
    -- Never darker than what black figures stand on.
    local blanc = 100 - math.floor(45 * nombre / plafond + 0.5)
    cellule.attr.attributes['typst:fill'] = 'rgb("#6aa5bd").lighten(' .. math.min(100, (blanc - 55) * 100 // 45) .. '%)'
  end)
end

-- Room to write in by hand.
local function aerer(tableau)
  for _, corps in ipairs(tableau.bodies) do
    for _, ligne in ipairs(corps.body) do
      for _, cellule in ipairs(ligne.cells) do
        cellule.attr.attributes['typst:inset'] = '(x: 5pt, y: 14pt)'
      end
    end
  end
end

local function Table(tableau)
  if typst and tableau.classes:includes('vide') then aerer(tableau) end
  if typst and tableau.classes:includes('chaleur') then
    teindre(tableau)
    -- Narrow columns: only there may a word be cut.
    return entourer('#[#set table(inset: (x: 2.5pt, y: 3pt));#show table.cell.where(y: 0): set text(size: 0.92em, hyphenate: true);#show table.cell.where(y: 0): set par(linebreaks: "optimized")', { tableau }, ']')
  end
  return tableau
end

-- PDF/UA refuses a heading that skips a level.
local function Pandoc(document)
  local precedent = 0
  document.blocks = document.blocks:walk { Header = function(titre)
    titre.level = math.min(titre.level, precedent + 1)
    precedent = titre.level
    return titre
  end }
  return document
end

-- A character reference can still write a sign that no XML admits.
local function oter_controles(element)
  element.text = element.text:gsub('[%z\1-\8\11\12\14-\31]', ''):gsub('\u{FFFE}', ''):gsub('\u{FFFF}', '')
  return element
end

return {
  { Str = oter_controles, Code = oter_controles, CodeBlock = oter_controles },
  { Meta = lire_meta },
  { Figure = Figure },
  { Image = Image, BlockQuote = BlockQuote, Span = Span, Div = Div, Table = Table },
  { Pandoc = Pandoc },
}
