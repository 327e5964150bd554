-- binary-trees.lua - build and drop complete binary trees; argument: the largest depth.
-- Nothing but allocation and garbage collection: the worst case for a heap tool.
local function tree(depth)
  if depth == 0 then return {} end
  return { tree(depth - 1), tree(depth - 1) }
end

local function count(node)
  if not node[1] then return 1 end
  return 1 + count(node[1]) + count(node[2])
end

local depth = tonumber(arg[1]) or 10
local long_lived = tree(depth)
for d = 4, depth, 4 do
  local iterations = 1 << (depth - d + 4)
  local total = 0
  for _ = 1, iterations do total = total + count(tree(d)) end
  print(iterations, "trees of depth", d, "nodes", total)
end
print("long lived tree of depth", depth, "nodes", count(long_lived))
