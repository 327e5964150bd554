# Options, defaults and supported versions; read once by the top CMakeLists.txt.

set(MEMSCOPE_LLVM_SUPPORTED 19 22)
set(MEMSCOPE_LLVM "" CACHE STRING
    "LLVM majors to build the plug-in for; empty: every supported one that is found")
option(MEMSCOPE_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(MEMSCOPE_WERROR "Treat warnings as errors" OFF)
set(MEMSCOPE_SANITIZE "" CACHE STRING
    "Build the tools (not the runtime) with these sanitizers: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ${PROJECT_IS_TOP_LEVEL})
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)

# The build tree is laid out as it is installed, so that bin/../lib works in both.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_BINDIR})
set(MEMSCOPE_LIBDIR lib/memscope)
set(MEMSCOPE_LIB_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${MEMSCOPE_LIBDIR})
