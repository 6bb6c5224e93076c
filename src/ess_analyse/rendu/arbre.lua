-- Ce que seul pandoc sait faire, fait dans son unique passage : formules, couleurs du code, renvois mis à part.
local options = pandoc.WriterOptions { html_math_method = 'mathml', wrap_text = 'none' }
local genres = { fig = true, tbl = true, sec = true, eq = true, lst = true, thm = true }

local function en_html(bloc)
  return pandoc.write(pandoc.Pandoc { bloc }, 'html', options)
end

function Math(formule)
  return pandoc.RawInline('html', en_html(pandoc.Plain { formule }))
end

function CodeBlock(code)
  local html = en_html(code)
  if not html:find('class="sourceCode"', 1, true) then return nil end
  html = html:gsub('<a href="#cb[^>]*></a>', ''):gsub(' id="cb[%d-]*"', ''):gsub('<pre\n', '<pre ')
  return pandoc.RawBlock('html', html)
end

-- citeproc must not see them: it would call them missing references.
function Cite(cite)
  local renvois = 0
  for _, citation in ipairs(cite.citations) do
    local genre = citation.id:match('^(%a+)%-')
    if genre and genres[genre:lower()] then renvois = renvois + 1 end
  end
  if renvois == 0 then return nil end
  local suite = pandoc.Inlines {}
  for rang, citation in ipairs(cite.citations) do
    if rang > 1 then suite:extend { pandoc.Str ',', pandoc.Space() } end
    local attributs = { renvoi = citation.id, nu = tostring(citation.mode == 'SuppressAuthor' or #citation.prefix > 0) }
    if #citation.prefix > 0 then
      suite:extend(citation.prefix)
      suite:insert(pandoc.Str '\u{a0}')
    end
    suite:insert(pandoc.Span({}, pandoc.Attr('', { 'ess-renvoi' }, attributs)))
    suite:extend(citation.suffix)
  end
  return suite
end
