import type { Mode } from "highlight.js";
import { braces } from "./braces";

const rawString = (mark: string): Mode => ({ scope: "string", begin: mark, end: mark });

const directive: Mode = { scope: "meta", match: /^[ \t]*#[ \t]*[a-z]+(?:[ \t]*[<"][^>"\n]+[>"])?/ };

const control =
  "break case catch class const continue default do else enum finally for if return switch throw try while";

export const java = braces({
  aliases: ["java"],
  keywords: `${control} abstract assert extends final implements import instanceof interface native new package private protected public record sealed static super synchronized this throws transient var volatile yield`,
  types: "boolean byte char double float int long short void",
  extra: () => [rawString('"""')],
});

export const cpp = braces({
  aliases: ["cpp", "c++", "c", "h", "hpp", "cc", "cxx", "arduino"],
  keywords: `${control} alignas alignof asm co_await co_return co_yield concept constexpr consteval decltype delete explicit export extern friend goto inline mutable namespace new noexcept operator override private protected public register requires sizeof static static_assert static_cast dynamic_cast reinterpret_cast const_cast struct template this typedef typeid typename union using virtual volatile`,
  types:
    "auto bool char char8_t char16_t char32_t double float int long short signed size_t ssize_t unsigned void wchar_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t string vector map",
  literals: "true false nullptr NULL",
  extra: () => [directive],
});

export const csharp = braces({
  aliases: ["csharp", "cs", "c#"],
  keywords: `${control} abstract add as async await base checked delegate event explicit extern fixed foreach from get global goto group implicit in init interface internal into is join let lock nameof namespace new operator orderby out override params partial private protected public readonly record ref remove required sealed select set sizeof stackalloc static struct this typeof unchecked unsafe using var virtual volatile when where with yield`,
  types:
    "bool byte char decimal double dynamic float int long object sbyte short string uint ulong ushort void",
  extra: () => [directive, { scope: "string", begin: /[$@]{1,2}"/, end: /"(?!")/ }],
});

export const go = braces({
  aliases: ["go", "golang"],
  keywords:
    "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var",
  types:
    "any bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
  literals: "true false nil iota",
  extra: () => [rawString("`")],
});

export const rust = braces({
  aliases: ["rust", "rs"],
  keywords:
    "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait type union unsafe use where while",
  types:
    "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize String Vec Option Result Box",
  literals: "true false None Some Ok Err",
  extra: () => [
    { scope: "meta", begin: /#!?\[/, end: /\]/ },
    { scope: "symbol", match: /'[a-z_]\w*(?!')/ },
    { scope: "built_in", match: /\b[a-z_]\w*!/ },
    { scope: "string", match: /b?r(#*)"[\s\S]*?"\1/ },
  ],
});

export const kotlin = braces({
  aliases: ["kotlin", "kt", "kts", "scala"],
  keywords: `${control} abstract actual annotation as by companion constructor crossinline data def expect extends external final fun implicit import in infix init inline inner interface internal is lateinit lazy match noinline object open operator out override package private protected public reified sealed super suspend tailrec this trait typealias val var vararg when where with yield`,
  types: "Any Boolean Byte Char Double Float Int Long Nothing Short String Unit",
  extra: () => [rawString('"""')],
});

export const swift = braces({
  aliases: ["swift"],
  keywords: `${control} actor as associatedtype async await convenience defer deinit didSet extension fallthrough fileprivate final func get guard import in indirect infix init inout internal is lazy let mutating nonisolated open operator optional override private protocol public repeat required rethrows self Self set some static struct subscript super throws typealias unowned var weak where willSet`,
  types: "Any Bool Character Double Float Int String UInt Void Array Dictionary Set",
  literals: "true false nil",
  extra: () => [rawString('"""')],
});

export const php = braces({
  aliases: ["php"],
  keywords: `${control} abstract and array as clone declare echo elseif empty endfor endforeach endif endwhile extends final fn foreach function global goto implements include include_once instanceof insteadof interface isset list match namespace new or print private protected public readonly require require_once self static trait unset use var xor yield`,
  types: "bool callable float int iterable mixed object string void",
  literals: "true false null TRUE FALSE NULL",
  extra: (hljs) => [
    { scope: "meta", match: /<\?(?:php|=)?|\?>/ },
    { scope: "variable", match: /\$\w+/ },
    { scope: "string", begin: /'/, end: /'/, contains: [hljs.BACKSLASH_ESCAPE] },
    hljs.COMMENT(/#(?!\[)/, /$/),
  ],
});

export const dart = braces({
  aliases: ["dart"],
  keywords: `${control} abstract as async await covariant deferred dynamic export extends extension external factory final get hide implements import in interface is late library mixin new on operator part required rethrow set show static super sync this typedef var with yield`,
  types: "bool double int num void String List Map Set Future Object",
  extra: (hljs) => [{ scope: "string", begin: /'/, end: /'/, contains: [hljs.BACKSLASH_ESCAPE] }],
});
