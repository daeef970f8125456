#include "replay/script_expression.h"

#include <doctest/doctest.h>

#include "replay/script_data.h"

namespace coincide {
namespace {

Word word(std::string text) { return {std::move(text), 3, 7, false, {}}; }

std::uint64_t value_of(std::string text, const ScriptNames& names = {}) {
  const auto expression = parse_expression(word(std::move(text)), names, "t");
  REQUIRE_MESSAGE(expression.ok(), expression.error().line());
  const std::vector<std::uint64_t> variables{ScriptNames::kDefaultBmiba, 5, 7};
  return expression->value(variables);
}

std::string error_of(std::string text) {
  const auto expression = parse_expression(word(std::move(text)), {}, "t");
  return expression ? "" : expression.error().line();
}

TEST_CASE("expression: numbers are strtoul's with base 0") {
  CHECK(value_of("0") == 0);
  CHECK(value_of("255") == 255);
  CHECK(value_of("0xFf") == 255);
  CHECK(value_of("0377") == 255);
  CHECK(value_of("18446744073709551615") == ~std::uint64_t{0});
  CHECK(error_of("18446744073709551616") == "t:3:7: '18446744073709551616' is no number");
  CHECK(error_of("08") == "t:3:7: '08' is no number");
  CHECK(error_of("0x") == "t:3:7: '0x' is no number");
  CHECK(error_of("12h") == "t:3:7: '12h' is no number");
}

TEST_CASE("expression: C's precedence, wrapping") {
  CHECK(value_of("1+2*3") == 7);
  CHECK(value_of("(1+2)*3") == 9);
  CHECK(value_of("1|2&3<<1") == 3);
  CHECK(value_of("6^3&1") == 7);
  CHECK(value_of("10-3-2") == 5);
  CHECK(value_of("-1") == ~std::uint64_t{0});
  CHECK(value_of("~0xff&0xfff") == 0xf00);
  CHECK(value_of("(1 + 2)") == 3);
  CHECK(value_of("1<<63") == std::uint64_t{1} << 63);
  CHECK(value_of("1<<64") == 0);
  CHECK(value_of("1>>64") == 0);
}

TEST_CASE("expression: names") {
  CHECK(value_of("primary.data") == 0x1f0);
  CHECK(value_of("secondary.status") == 0x177);
  CHECK(value_of("primary.alt_status") == 0x3f6);
  CHECK(value_of("secondary.device_control") == 0x376);
  CHECK(value_of("primary.bmis") == 0xc002);
  CHECK(value_of("secondary.bmidtp") == 0xc00c);
  CHECK(value_of("bmiba+15") == 0xc00f);
  CHECK(value_of("IDETIM_SECONDARY") == 0x42);
  CHECK(value_of("status.BSY|status.DRQ") == 0x88);
  CHECK(value_of("op.READ_DMA_EXT") == 0x25);
  CHECK(value_of("op.READ_SECTORS") == 0x20);
  ScriptNames names;
  REQUIRE(*names.define(word("i"), "t") == 1);
  REQUIRE(*names.define(word("j2"), "t") == 2);
  REQUIRE(*names.define(word("i"), "t") == 1);
  CHECK(value_of("0x100+i*j2", names) == 0x100 + 35);
  CHECK(error_of("1+nonsense") == "t:3:9: unknown name 'nonsense'");
}

TEST_CASE("expression: variables have fit names") {
  ScriptNames names;
  CHECK(names.define(word("PCICMD"), "t").error().line() == "t:3:7: 'PCICMD' has a meaning already");
  CHECK(names.define(word("9a"), "t").error().line() == "t:3:7: '9a' is no name for a variable");
  CHECK(names.define(word("a.b"), "t").error().line() == "t:3:7: 'a.b' is no name for a variable");
  CHECK(*names.define(word("bmiba"), "t") == ScriptNames::kBmibaSlot);
}

TEST_CASE("expression: malformed ones name their column") {
  CHECK(error_of("1+") == "t:3:9: a number is missing");
  CHECK(error_of("(1") == "t:3:9: ')' is missing");
  CHECK(error_of("1 2") == "t:3:9: unexpected '2'");
  CHECK(error_of("0x1=") == "t:3:10: unexpected '='");
  CHECK(error_of("") == "t:3:7: a number is missing");
  CHECK(error_of(std::string(1000, '~') + "1").find("too deep") != std::string::npos);
  std::string long_sum = "1";
  for (int i = 0; i < 10000; ++i) long_sum += "+1";
  CHECK(value_of(long_sum) == 10001);
}

TEST_CASE("sizes take K, M and G") {
  CHECK(parse_size("64M") == 64u << 20);
  CHECK(parse_size("0x10K") == 16384);
  CHECK(parse_size("4G") == std::uint64_t{4} << 30);
  CHECK_FALSE(parse_size("G"));
  CHECK_FALSE(parse_size("17179869184G"));
}

TEST_CASE("data: every form, and groups of them") {
  const auto bytes_of = [](std::string_view text, std::uint64_t wanted = 0) {
    const auto line = ScriptLexer::single(text, "t");
    REQUIRE(line.ok());
    std::size_t at = 0;
    const auto data = parse_data(line->words, at, {}, "t");
    REQUIRE_MESSAGE(data.ok(), data.error().line());
    CHECK(at == line->words.size());
    return *make_data(*data, {}, wanted);
  };
  using Bytes = std::vector<std::uint8_t>;
  CHECK(bytes_of("0x01aB") == Bytes{0x01, 0xab});
  CHECK(bytes_of("0x0") == Bytes{});  // an odd digit counts for nothing, as in qtest
  CHECK(bytes_of("fill 0xee 3") == Bytes{0xee, 0xee, 0xee});
  CHECK(bytes_of("text \"Hi\"") == Bytes{'H', 'i'});
  CHECK(bytes_of("words 0x1234 1") == Bytes{0x34, 0x12, 1, 0});
  CHECK(bytes_of("dwords 0x80000000") == Bytes{0, 0, 0, 0x80});
  CHECK(bytes_of("(0x01) (text \"(\") (fill 2 1)") == Bytes{1, '(', 2});
  CHECK(bytes_of("pattern HD0 7 2").size() == 1024);
  CHECK(bytes_of("pattern HD0 7", 100).size() == 100);
  const Bytes sector = bytes_of("pattern HD0 7", 512);
  CHECK(std::string(sector.begin(), sector.begin() + 16) == "HD0 00000000007\n");
  CHECK(sector[16] == ((31 * 16 + 167 * 7 + '0') & 255));
}

TEST_CASE("data: one statement names at most 64 MiB") {
  const auto line = ScriptLexer::single("fill 0 0x4000001", "t");
  std::size_t at = 0;
  const auto data = parse_data(line->words, at, {}, "t");
  REQUIRE(data.ok());
  CHECK_FALSE(make_data(*data, {}, 0));
}

TEST_CASE("data: base64") {
  CHECK(*parse_base64("aGVsbG8=") == std::vector<std::uint8_t>{'h', 'e', 'l', 'l', 'o'});
  CHECK(parse_base64("")->empty());
  CHECK_FALSE(parse_base64("aGVsbG8"));
  CHECK_FALSE(parse_base64("a==="));
}

}  // namespace
}  // namespace coincide
