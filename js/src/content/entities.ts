// HTML 4's names, Latin Extended-A and what people type for arrows and signs. The other 1,600 names of
// HTML 5 (`&ClockwiseContourIntegral;`) would cost 17 KB of every saved notebook; they show as written.
const names =
  "AEligÆAacuteÁAbreveĂAcircÂAgraveÀAlphaΑAmacrĀAogonĄAringÅAtildeÃAumlÄBetaΒCacuteĆCcaronČ" +
  "CcedilÇCcircĈCdotĊChiΧDagger‡DcaronĎDeltaΔDstrokĐENGŊETHÐEacuteÉEcaronĚEcircÊEdotĖEgraveÈ" +
  "EmacrĒEogonĘEpsilonΕEtaΗEumlËGammaΓGbreveĞGcedilĢGcircĜGdotĠHat^HcircĤHstrokĦIJligĲIacuteÍ" +
  "IcircÎIdotİIgraveÌImℑImacrĪIogonĮIotaΙItildeĨIumlÏJcircĴKappaΚKcedilĶLacuteĹLambdaΛLcaronĽ" +
  "LcedilĻLeftarrow⇐LmidotĿLstrokŁMuΜNacuteŃNcaronŇNcedilŅNewLine\u000aNtildeÑNuΝOEligŒ" +
  "OacuteÓOcircÔOdblacŐOgraveÒOmacrŌOmegaΩOmicronΟOslashØOtildeÕOumlÖPhiΦPiΠPrime″PsiΨRacuteŔ" +
  "RcaronŘRcedilŖReℜRhoΡRightarrow⇒SacuteŚScaronŠScedilŞScircŜSigmaΣTHORNÞTab\u0009TauΤ" +
  "TcaronŤTcedilŢThetaΘTstrokŦUacuteÚUbreveŬUcircÛUdblacŰUgraveÙUmacrŪUogonŲUpsilonΥUringŮ" +
  "UtildeŨUumlÜWcircŴXiΞYacuteÝYcircŶYumlŸZacuteŹZcaronŽZdotŻZetaΖaacuteáabreveăacircâacute´" +
  "aeligæagraveàalefsymℵalephℵalphaαamacrāamp&and∧ang∠angle∠aogonąapos'approx≈aringåast*" +
  "asymp≈atildeãaumläbdquo„betaβblacksquare▪bot⊥brvbar¦bsol\\bull•bullet•cacutećcap∩ccaronč" +
  "ccedilçccircĉcdotċcedil¸cent¢check✓checkmark✓chiχcircˆclubs♣colon:comma,commat@cong≅copy©" +
  "crarr↵cross✗cup∪curren¤dArr⇓dagger†darr↓dash‐dcaronďdeg°deltaδdiams♦div÷divide÷dollar$" +
  "downarrow↓dstrokđeacuteéecaroněecircêedotėegraveèellℓemacrēempty∅emptyset∅emsp\u2003" +
  "emsp13\u2004engŋensp\u2002eogonęepsilonεequals=equiv≡etaηethðeumlëeuro€excl!exist∃female♀" +
  "fnofƒforall∀frac12½frac13⅓frac14¼frac15⅕frac18⅛frac23⅔frac34¾frac38⅜frac58⅝frac78⅞frasl⁄" +
  "gammaγgbreveğgcircĝgdotġge≥geq≥grave`gt>hArr⇔hairsp\u200ahalf½harr↔hbarℏhcircĥhearts♥" +
  "hellip…hstrokħhyphen‐iacuteíicircîiexcl¡iff⇔igraveìijligĳimacrīimageℑimathıin∈infin∞" +
  "inodotıint∫iogonįiotaιiquest¿isin∈itildeĩiumlïjcircĵkappaκkcedilķkgreenĸlArr⇐lacuteĺ" +
  "lambdaλlang⟨laquo«larr←lbrace{lbrack[lcaronľlcedilļlceil⌈lcub{ldquo“le≤leftarrow←leq≤" +
  "lfloor⌊lmidotŀlowast∗lowbar_loz◊lpar(lrm\u200elsaquo‹lsqb[lsquo‘lstrokłlt<macr¯male♂" +
  "mapsto↦mdash—microµmid∣middot·minus−models⊧muμnabla∇nacuteńnaposŉnbsp\u00a0ncaronňncedilņ" +
  "ndash–ne≠ni∋not¬notin∉nsub⊄ntildeñnuνnum#numsp\u2007oacuteóocircôodblacőoeligœograveò" +
  "oline‾omacrōomegaωomicronοoplus⊕or∨ordfªordmºoslashøotildeõotimes⊗oumlöpara¶part∂percnt%" +
  "period.permil‰perp⊥phiφphone☎piπpivϖplus+plusmn±pm±pound£prime′prod∏prop∝psiψpuncsp\u2008" +
  'quest?quot"rArr⇒racuteŕradic√rang⟩raquo»rarr→rbrace}rbrack]rcaronřrcedilŗrceil⌉rcub}' +
  "rdquo”realℜreg®rfloor⌋rhoρrightarrow→rlm\u200frpar)rsaquo›rsqb]rsquo’sacuteśsbquo‚scaronš" +
  "scedilşscircŝsdot⋅sect§semi;shy\u00adsigmaσsigmafςsim∼sol/spades♠squ□square□star☆starf★" +
  "sub⊂sube⊆subset⊂subseteq⊆sum∑sup⊃sup1¹sup2²sup3³supe⊇supset⊃supseteq⊇szligßtauτtcaronť" +
  "tcedilţthere4∴thetaθthetasymϑthinsp\u2009thornþtilde˜times×top⊤trade™tstrokŧuArr⇑uacuteú" +
  "uarr↑ubreveŭucircûudblacűugraveùumacrūuml¨uogonųuparrow↑upsihϒupsilonυuringůutildeũuumlü" +
  "varnothing∅vdash⊢vee∨verbar|vert|wcircŵwedge∧weierp℘xiξyacuteýycircŷyen¥yumlÿzacuteź" +
  "zcaronžzdotżzetaζzwj\u200dzwnj\u200c";

function readNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", character = ""] of names.matchAll(/([A-Za-z0-9]+)([^A-Za-z0-9])/gu)) {
    found.set(name, character);
  }
  return found;
}

const characters = readNames();

function fromCode(code: number): string {
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : "\ufffd";
}

/** Decodes character references as CommonMark reads them; what is none stays as written. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));/g,
    (written, decimal?: string, hexadecimal?: string, name?: string) => {
      if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10));
      if (hexadecimal !== undefined) return fromCode(Number.parseInt(hexadecimal, 16));
      return characters.get(name ?? "") ?? written;
    },
  );
}
