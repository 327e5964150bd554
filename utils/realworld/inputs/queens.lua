-- queens.lua - eight queens with one table per step, as functional programs do it.
local size = tonumber(arg[1]) or 8

local function extend(board, column)
  local copy = table.move(board, 1, #board, 1, {})
  copy[#copy + 1] = column
  return copy
end

local function safe(board, column)
  for row = 1, #board do
    local distance = #board + 1 - row
    if board[row] == column or math.abs(board[row] - column) == distance then return false end
  end
  return true
end

local function solve(board)
  if #board == size then return 1 end
  local found = 0
  for column = 1, size do
    if safe(board, column) then found = found + solve(extend(board, column)) end
  end
  return found
end

print(size, "queens:", solve({}), "solutions")
