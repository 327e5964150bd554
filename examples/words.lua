-- words.lua - counts the words of a text: the workload of utils/demo.
-- SPDX-License-Identifier: MIT OR Apache-2.0
local places = {} -- word -> numbers of the lines that it stands on
local number = 0
for line in io.lines(arg[1]) do
  number = number + 1
  for word in line:gmatch("%a+") do
    word = word:lower()
    places[word] = places[word] or {}
    table.insert(places[word], number)
  end
end

local words = {}
for word, lines in pairs(places) do
  words[#words + 1] = { word = word, count = #lines }
end
table.sort(words, function(a, b)
  return a.count > b.count or a.count == b.count and a.word < b.word
end)
for rank = 1, 5 do
  print(string.format("%6d  %s", words[rank].count, words[rank].word))
end
