/**
 * Common English words by part of speech. A tokenizer's own word list is made of those that are one token in it;
 * a word may stand in one class only.
 */
export type WordClass = 'opening' | 'adjective' | 'noun' | 'verb' | 'determiner' | 'preposition';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const WORD_BANK: Record<WordClass, readonly string[]> = {
  opening: words('The This That Every Each Our Your Their His Her One Another Some Any My Its'),
  determiner: words('the this that every each our your their his her one another some any my its'),
  preposition: words(`
    with from near behind under over beside without across against around after before beyond inside outside toward
    through within along above below between among during despite until upon
  `),
  adjective: words(`
    able active actual advanced afraid ancient angry annual automatic available average aware bad basic beautiful
    best better big black blank blind blue bold brave brief bright broad broken brown busy calm careful central
    certain cheap chief civil classic clean clear clever close cold common complete complex concrete constant cool
    correct critical cross crucial cultural curious current daily damp dangerous dark dead dear deep delicate dense
    dependent different difficult digital direct dirty distant distinct domestic double dramatic dry due dull
    dynamic eager early easy eastern economic educational effective efficient elder elderly elegant empty endless
    entire equal essential exact excellent exciting exotic expensive expert explicit extra fair false familiar
    famous fancy fast fat federal female few fierce final financial fine firm fit flat flexible foreign formal
    former forward fragile free frequent fresh friendly frozen full funny future general generous gentle genuine
    giant global golden good gradual grand graphic grateful great green gross handsome happy hard harsh healthy
    heavy helpful hidden high historic hollow holy honest horizontal hot huge human humble hungry ideal identical
    ill immediate immense important impossible impressive inner innocent intense interesting internal international
    invisible joint junior just keen key kind known lacking large last late lateral lazy leading left legal lesser
    level liberal light likely limited linear liquid literary little live lively local logical lonely long loose
    lost loud lovely low loyal lucky magic magnetic main major male manual massive mature maximum mean medical
    mental mere middle mild military minimal minimum minor missing mixed mobile moderate modern modest moral
    multiple municipal mutual narrow nasty national native natural neat necessary negative nervous neutral new nice
    noble noisy normal northern notable nuclear numerous obvious odd official old online open opposite optical
    optimal oral ordinary organic original outer overall pale parallel partial particular passive past patient
    perfect permanent personal physical plain pleasant plus polar polite political poor popular portable positive
    possible potential powerful practical precious precise pregnant present pretty previous primary prime prior
    private probable productive professional profound proper proud public pure purple quick quiet random rapid rare
    raw ready real rear reasonable recent red regional regular related relative relevant reliable religious remote
    respective responsible retail rich right rigid robust rough round royal rude rural sacred sad safe satisfied
    scientific secondary secret secure select senior sensitive separate serious severe shallow shared sharp sheer
    short shy sick significant silent silly similar simple single slight slim slow small smart smooth social soft
    solar sole solid sophisticated sorry southern spare spatial special specific spiritual splendid stable standard
    static steady steep stiff still straight strange strategic strict strong structural subject subsequent
    substantial subtle successful sudden sufficient suitable super supreme sure surprised sweet swift talented tall
    technical temporary tender terminal terrible thick thin thorough tight tiny tired top total tough traditional
    tragic tremendous tropical true typical ultimate unable uncertain uniform unique universal unknown unusual upper
    upset urban urgent useful usual vague valid valuable variable various vast verbal vertical viable vital vivid
    vulnerable warm weak wealthy weird western wet white whole wide wild willing wise wonderful wooden worthy wrong
    yellow young
  `),
  noun: words(`
    account actor address adult advice agency agent agreement air airport alarm album amount analyst angle animal
    answer apartment apple area arm army article artist assembly asset assistant athlete atom attempt attention aunt
    author autumn award baby back background bag balance ball band bank bar base baseball basin basis basket battery
    battle bay beach beam bean bear beat beauty bed beef beer bell belt bench bike bill bird birth birthday bishop
    bite blade block blood board boat body bone bonus book boot border boss bottle bottom bowl box boy brain branch
    brand bread breakfast breath brick bridge broker brother browser brush bucket budget buffer building bus bush
    business butter button buyer cabin cabinet cable cache cake calendar camera camp campaign canal candidate candle
    canvas capital captain car carbon card career cargo carpet carrier case cash castle cat catalog cattle cause
    ceiling cell cement center century ceremony chain chair chairman chamber champion chance channel chapter
    character charity chart cheese chef chemical chest chicken child chip chocolate choice church circle circuit
    citizen city claim class classroom clay clerk client climate clinic clock cloth cloud club clue cluster coach
    coal coast coat code coffee coin collar college colony color column comedy command comment committee community
    company computer concept concert conflict congress container content contest context contract corner corridor
    cost cottage cotton council counter country county couple courage course court cousin cover cow craft cream
    creature credit crew crime crisis critic crop crowd crown culture cup curve customer cycle dad damage dance
    danger data database date daughter day deal dealer debate debt decade decision deck defense degree delay
    delivery demand democracy department deposit depth desert design desk detail device diamond dictionary diet
    dinner director disc discount disease dish disk display distance district doctor document dog dollar door draft
    drama drawer dream dress drink driver duck duty eagle ear earth east edge editor education egg election element
    emergency emotion empire employee energy engine engineer entry episode equation error essay estate evening event
    evidence exam example exchange exercise exit expense export eye fabric face fact factor factory failure faith
    family fan farm farmer fashion father fault favor feature fee feedback fence festival fiber fiction field
    fighter figure file film filter finger fire fish flag flame flash flight floor flour flow flower fluid focus
    folder food foot football force forest fork form fortune forum foundation founder frame freedom friend fruit
    fuel function fund furniture gallery game gap garage garden gas gate gear gender gene genius ghost gift girl
    glass goal god gold golf governor grade grain grammar grandfather grant graph grass ground group growth guard
    guest guide guitar guy habit hair half hall hammer hand handle harbor hardware harvest hat head heart heat
    height hero highway hill history hole holiday home honey honor hook horizon horse hospital host hotel hour house
    household housing hunter husband ice icon idea identity image impact income index industry infant insect
    instance institute instrument insurance interface internet interview invoice iron island issue item jacket jet
    job journal journey joy judge juice jungle jury justice kernel keyboard kid kidney king kiss kitchen knee knife
    knight knowledge lab label labor ladder lady lake lamp land landscape language laptop laser law lawyer layer
    leader leaf league leather lecture leg legend lemon length lesson letter library license lie life limit line
    link lion list liver loan lobby location lock log loop lord love lunch lung machine magazine mail mall man
    manager manner manufacturer map margin mark market marriage master match mate material math matrix matter mayor
    meal measure meat mechanism medal medicine medium meeting member memory menu merchant mercy message metal meter
    method metro milk mill mind mine miner mineral minister minute mirror mission mistake mixture mode model module
    moment money monitor monster month mood moon morning mortgage mother motion motor mountain mouse mouth movie mud
    muscle museum music name nation nature neck nerve net network news newspaper night noise north nose note
    notebook notice novel number nurse nut object ocean offer office officer oil onion opera operator opinion option
    orange orbit order organ organization origin output owner oxygen pack package page pain paint painter pair
    palace palm pan panel paper parent park parking partner party pass passage passenger passport password patch
    path pattern payment peace peak peer pen penalty pencil people pepper percent period permit person phase
    philosophy phone photo phrase piano picture pie piece pig pilot pin pine pipe pitch pizza place plan plane
    planet plant plastic plate platform player pocket poem poet poetry point pole police policy poll pool pope port
    portion portrait post pot potato pound power prayer presence president press price priest prince princess print
    printer prize problem process processor producer product profession professor profile profit program project
    promise proof property protein protocol province publisher pump pupil purchase purpose quality quarter queen
    query question queue rabbit race rack radio rail rain range rank rate ratio reaction reader reason receipt
    recipe record recovery region register relation religion rent repair reply report request research reserve
    resident resort resource response rest restaurant result return revenue review revolution reward rice rider ring
    risk river road robot rock role roll roof room root rope rose route router row rule ruler runner sail sailor
    salad salary sale salt sample sand sauce scale scene schedule scheme school science scientist scope score screen
    script sea search season seat second secretary section sector seed segment senate sense sensor sentence sequence
    series server service session set shade shadow shape share shark sheep sheet shelf shell shelter shield shift
    ship shirt shock shoe shop shore shot shoulder show shower side sign signal silk silver singer sister site size
    skill skin sky slice slide slope smell smile smoke snake snow soap society soil soldier solution son song sort
    soul sound soup source south space speaker species speech speed spell spider spirit split sponsor spoon sport
    spot spray spread spring square stack staff stage stair stake stamp star state station statue status steam steel
    stem step stick stock stomach stone storage store storm story strain stranger stream street stress string strip
    structure student studio study style suburb sugar suit summer summit sun supper supply surface surgeon surgery
    survey switch symbol syntax system table tail tale talent talk tank tape target task taste tax taxi tea teacher
    team technique technology teen telephone television temple tenant tennis tent term territory test text texture
    theater theme theory thing thread threat throat throne thumb ticket tide tiger timber time tip tissue title
    toast toe toilet token tomato tone tongue tool tooth topic touch tour tourist tower town toy trace track trade
    trader traffic trail train transfer transit translation transport travel treasure treaty tree trial tribe trick
    trip troop trouble truck trust truth tube tunnel turn twin type uncle union unit universe university user
    vacation valley value van variety vector vegetable vehicle vendor venture version vessel veteran victory video
    view villa village vision visit visitor voice volume voter wage wagon waist wall war warehouse warning warrior
    waste watch water wave wealth weather web wedding week weekend weight west wheel wheat wife wind window wine
    wing winner winter wire witness woman wonder wood wool word work worker world worm writer yard year youth zone
  `),
  verb: words(`
    accepts adds admits adopts affects allows announces appears applies argues asks attracts avoids becomes begins
    believes belongs blocks breaks brings builds calls carries catches causes changes checks claims collects comes
    compares connects considers contains continues controls costs covers creates cuts decides defines delivers
    demands depends describes develops differs discusses divides draws drives drops earns eats employs ends enjoys
    ensures enters exists expects explains extends faces falls feels fights fills finds finishes fits follows forces
    forms gains gets gives goes grows handles happens hears helps hides hits holds hopes hosts identifies improves
    includes increases indicates involves joins jumps keeps knows lacks lasts leads learns leaves lets likes limits
    links lists lives looks loses loves maintains makes manages marks matches means meets misses moves needs notes
    notices obtains occurs offers opens operates orders owns passes pays performs picks places plays points prefers
    prepares presents prevents produces promises proves provides publishes pulls pushes puts raises ranges reaches
    reads receives records reduces reflects refuses relates releases remains reminds removes reports represents
    requires returns reveals runs saves says scores seeks seems selects sells sends serves sets shares shows sits
    sleeps solves sounds speaks spends stands starts states stays stops studies suggests supports takes talks
    teaches tells tests thinks throws touches tracks treats tries turns understands uses visits waits walks wants
    watches wears wins wishes works writes
  `),
};
