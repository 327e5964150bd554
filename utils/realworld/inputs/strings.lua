-- strings.lua - strings, tables that grow, string buffers, closures, coroutines.
local n = (tonumber(arg[1]) or 8) * 1000
local words, index = {}, {}
for i = 1, n do
  local w = ("w%d-%s"):format(i * 7919 % 10007, ("x"):rep(i % 40))
  words[#words + 1] = w
  index[w] = (index[w] or 0) + 1
end
table.sort(words)
local upper = table.concat(words, " "):gsub("%d+", function(d) return ("<%s>"):format(d) end)
print("characters", #upper)

local distinct, most = 0, 0
for _, c in pairs(index) do distinct, most = distinct + 1, math.max(most, c) end
print("distinct", distinct, "most", most)

local function producer(k)
  return coroutine.wrap(function() for i = 1, k do coroutine.yield({ i, tostring(i) }) end end)
end
local sum = 0
for pair in producer(n) do sum = sum + pair[1] + #pair[2] end
print("sum", sum)

local ok, message = pcall(function() error({ code = 7 }) end)
print("error", ok, message.code)
