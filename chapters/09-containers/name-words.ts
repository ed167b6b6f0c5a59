// The words of names that nobody chose: a mood, and somebody to whom Linux, its
// containers or the machines under them owe something.

export const adjectives =
  'able agile bold brave bright brisk calm clever cosy curious daring deft eager early easy exact fair famous fast fine firm fond frank fresh gentle glad golden grand happy hardy honest humble jolly keen kind light lively loyal lucid lucky mellow merry mighty modest neat nimble noble patient plain polite proud quick quiet ready sharp shy silent simple sincere sleek smart sober solid steady still strong subtle sunny sure swift tidy tough true upbeat vivid warm wise witty zealous'

export const surnames =
  'allen amdahl babbage backus baran berners biederman bourne brooks cerf codd corbato diffie dijkstra engelbart feinler fielding floyd goldberg hamilton hamming hellman hoare holberton hopper hykes johnson joy kahn kay kernighan knuth lamport liskov lovelace mcilroy merkle minsky moore naur neumann ossanna perlman pike postel ritchie rivest shannon stallman stroustrup tanenbaum thompson torvalds turing weinberger wirth zuse'
