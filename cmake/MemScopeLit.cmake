# Finds lit and the LLVM versions under test, and defines memscope_add_lit_suite().
#
# Sets MEMSCOPE_TEST_LLVMS (majors that can be tested), MEMSCOPE_LLVM_BIN_<major> (their
# tools), MEMSCOPE_LIT (lit's script). Where lit lies differs between versions; it is
# always run with Python3_EXECUTABLE. Does not look for the plug-in: tests find it in the
# build tree, where a user's memscope-cc finds it too.

find_package(Python3 3.9 COMPONENTS Interpreter)
include(ProcessorCount)
ProcessorCount(MEMSCOPE_TEST_JOBS)
if(MEMSCOPE_TEST_JOBS EQUAL 0)
  set(MEMSCOPE_TEST_JOBS 1)
endif()

set(MEMSCOPE_TEST_LLVMS "")
set(_candidates ${MEMSCOPE_LLVM_SUPPORTED})
if(MEMSCOPE_LLVM)
  set(_candidates ${MEMSCOPE_LLVM})
endif()
foreach(_major IN LISTS _candidates)
  find_program(MEMSCOPE_FILECHECK_${_major} NAMES FileCheck
    PATHS /usr/lib/llvm-${_major}/bin /usr/lib64/llvm${_major}/bin /opt/llvm-${_major}/bin
    NO_DEFAULT_PATH)
  find_program(MEMSCOPE_FILECHECK_${_major} NAMES FileCheck-${_major})
  mark_as_advanced(MEMSCOPE_FILECHECK_${_major})
  if(MEMSCOPE_FILECHECK_${_major})
    get_filename_component(_real ${MEMSCOPE_FILECHECK_${_major}} REALPATH)
    get_filename_component(MEMSCOPE_LLVM_BIN_${_major} ${_real} DIRECTORY)
    # The programs under test need a compiler of this major, not only its tools.
    if(EXISTS ${MEMSCOPE_LLVM_BIN_${_major}}/clang)
      list(APPEND MEMSCOPE_TEST_LLVMS ${_major})
    endif()
  endif()
endforeach()

set(MEMSCOPE_LIT "MEMSCOPE_LIT-NOTFOUND" CACHE FILEPATH "lit's script (lit or lit.py)")
if(NOT MEMSCOPE_LIT)
  set(_newest_first ${MEMSCOPE_TEST_LLVMS})
  list(REVERSE _newest_first)
  set(_dirs "")
  foreach(_major IN LISTS _newest_first)
    get_filename_component(_prefix ${MEMSCOPE_LLVM_BIN_${_major}} DIRECTORY)
    list(APPEND _dirs ${_prefix}/bin ${_prefix}/build/utils/lit)
  endforeach()
  find_program(MEMSCOPE_LIT NAMES lit lit.py PATHS ${_dirs} NO_DEFAULT_PATH)
  find_program(MEMSCOPE_LIT NAMES lit llvm-lit lit.py)
endif()
mark_as_advanced(MEMSCOPE_LIT)

# memscope_add_lit_suite(SUITE [PER_LLVM])
# Makes test/SUITE a ctest test lit/SUITE, or with PER_LLVM one lit/SUITE-<major> for each
# LLVM under test; and long/SUITE... for test/SUITE/long/, labelled "long". A directory that
# does not exist is no suite. Adding a test never needs a change here.
function(memscope_add_lit_suite suite)
  cmake_parse_arguments(arg "PER_LLVM" "" "" ${ARGN})
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${suite})
  if(NOT IS_DIRECTORY ${source})
    return()
  endif()
  if(arg_PER_LLVM)
    set(majors ${MEMSCOPE_TEST_LLVMS})
  else()
    # FileCheck and friends come from the newest LLVM.
    list(GET MEMSCOPE_TEST_LLVMS -1 majors)
  endif()
  foreach(major IN LISTS majors)
    set(name ${suite})
    if(arg_PER_LLVM)
      set(name ${suite}-${major})
    endif()
    set(MEMSCOPE_SUITE ${suite})
    set(MEMSCOPE_SUITE_NAME ${name})
    set(MEMSCOPE_SUITE_SOURCE ${source})
    set(MEMSCOPE_SUITE_LLVM ${major})
    set(MEMSCOPE_SUITE_LLVM_BIN ${MEMSCOPE_LLVM_BIN_${major}})
    set(exec ${CMAKE_CURRENT_BINARY_DIR}/${name})
    set(MEMSCOPE_SUITE_EXEC ${exec})
    configure_file(${PROJECT_SOURCE_DIR}/test/lit.site.cfg.py.in ${exec}/lit.site.cfg.py @ONLY)
    set(results ${PROJECT_BINARY_DIR}/test-results)
    file(MAKE_DIRECTORY ${results}) # lit does not, and ends with a traceback
    set(lit ${Python3_EXECUTABLE} ${MEMSCOPE_LIT} -sv -j ${MEMSCOPE_TEST_JOBS})
    set(cmd ${lit} --xunit-xml-output=${results}/lit-${name}.xml ${exec})
    add_test(NAME lit/${name} COMMAND ${cmd})
    set_tests_properties(lit/${name} PROPERTIES LABELS "lit;${suite}" TIMEOUT 900
      PROCESSORS ${MEMSCOPE_TEST_JOBS}
      # A suite of which nothing can run is skipped, not passed; a failure still fails.
      SKIP_REGULAR_EXPRESSION "Unsupported *: *[0-9]+ .100.00%.;did not discover any tests")
    add_custom_target(check-${name} COMMAND ${cmd} USES_TERMINAL)
    add_dependencies(check-${name} memscope_test_deps)
    if(IS_DIRECTORY ${source}/long)
      add_test(NAME long/${name} COMMAND ${lit} -Dlong=1
        --xunit-xml-output=${results}/long-${name}.xml ${exec}/long)
      set_tests_properties(long/${name} PROPERTIES LABELS "long;${suite}" TIMEOUT 3600
        PROCESSORS ${MEMSCOPE_TEST_JOBS}
        SKIP_REGULAR_EXPRESSION "Unsupported *: *[0-9]+ .100.00%.;did not discover any tests")
    endif()
  endforeach()
endfunction()
