# memscope_add_library(NAME SOURCES ... DEPS ...) and memscope_add_executable(...): the
# project's own C targets with warnings, standard, visibility and sanitizers, no global flags.

function(memscope_target_defaults target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  # assert() is for our own mistakes and stays on in release builds.
  target_compile_options(${target} PRIVATE -UNDEBUG -Wall -Wextra -Wshadow
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>
    $<$<BOOL:${MEMSCOPE_WERROR}>:-Werror>)
  set_target_properties(${target} PROPERTIES C_EXTENSIONS ON POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden)
  target_link_libraries(${target} PRIVATE memscope_headers)
  if(MEMSCOPE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${MEMSCOPE_SANITIZE}
      -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${MEMSCOPE_SANITIZE})
  endif()
endfunction()

function(memscope_add_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  memscope_target_defaults(${name})
  target_link_libraries(${name} PUBLIC ${arg_DEPS})
endfunction()

function(memscope_add_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  memscope_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
endfunction()
