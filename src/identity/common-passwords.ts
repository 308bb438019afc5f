/**
 * The words that passwords are made of everywhere: the heads of well-known lists of leaked passwords, keyboard runs,
 * names, clubs, places, seasons, and what canvassers would think of. password.rules.ts combines them with each other and
 * with any digits and signs, so that a line here stands for thousands of passwords.
 */
export const commonBases: readonly string[] = `
password passwort passwd pass passw0rd pword pwd passphrase passcode secret secrets letmein letme welcome welcom login logon signin
signup admin administrator root superuser user username guest test tester testing demo default changeme change temp temporary newpass
mypass mypassword thepassword yourpassword nopassword whatever trustno access account private public secure security safe safety
master server system windows computer internet google facebook twitter youtube yahoo hotmail gmail outlook amazon apple iphone android
samsung microsoft linux ubuntu oracle cisco database website email mail mobile linkedin instagram tiktok snapchat
whatsapp netflix spotify paypal ebay dropbox zoom tinder phone network router wireless office
qwerty qwertz azerty qwert qwertyuiop qwertyui uiop asdf asdfg asdfgh asdfghjkl hjkl ghjkl zxcv zxcvb zxcvbn zxcvbnm vbnm qazwsx wsxedc
edcrfv rfvtgb tgbyhn yhnujm ujm qaz wsx edc rfv tgb yhn wasd qweasd qweasdzxc asdzxc zaq xsw poiuytrewq lkjhgfdsa mnbvcxz poiuy lkjh
mnbvc qwe asd zxc qwer tyui dvorak abcd abcdef abcdefg alphabet abc xyz iop jkl bnm qqww aassdd
iloveyou iloveu ilove loveyou loveme lovely love lover lovers forever friends friend family baby babygirl babyboy honey darling sweet
sweety sweetie sweetheart sugar angel angels princess queen king prince kings heaven heart hearts kiss kisses sexy hottie cutie beautiful
pretty happy happiness smile smiley sunshine rainbow flower flowers rose roses butterfly star stars moon sun sky cloud ocean river forest
mountain diamond diamonds gold golden silver crystal pearl purple pink blue green yellow orange black white red brown grey
dragon monkey tiger tigger lion panther leopard eagle eagles falcon hawk wolf wolves bear bears shark dolphin dolphins whale horse horses
pony puppy doggy doggie dog dogs cat cats kitty kitten rabbit bunny hamster mouse turtle snake spider scorpion cobra phoenix unicorn
elephant giraffe penguin panda zebra gorilla bulldog shadow buster rocky max bella charlie lucky ginger pepper smokey bandit rusty
oscar toby molly daisy poppy millie rosie coco milo teddy alfie archie
football soccer baseball basketball hockey cricket rugby tennis golf golfer boxing racing swimming running skating snowboard surfer
liverpool arsenal chelsea tottenham spurs everton manchester united manutd mancity city westham villa astonvilla newcastle leeds
leedsunited celtic rangers sunderland southampton leicester fulham brighton wolverhampton millwall norwich ipswich derby burnley watford
barcelona realmadrid juventus gerrard rooney beckham ronaldo messi ynwa gunners hammers lakers cowboys steelers yankees redsox packers
superman batman spiderman ironman wolverine hulk thor joker captain avengers marvel starwars jedi yoda vader skywalker startrek enterprise
spock matrix pokemon pikachu naruto sasuke goku zelda mario sonic minecraft fortnite roblox warcraft starcraft halo doom quake counter
strike callofduty playstation xbox nintendo gamer games game player gandalf frodo hobbit merlin hogwarts harry potter harrypotter voldemort
simpsons homer bart garfield snoopy mickey minnie donald disney tinkerbell barbie scooby scoobydoo spongebob hellokitty shrek nemo simba
metallica slipknot nirvana beatles elvis eminem ladygaga blink greenday guitar music drummer piano violin rock metal
michael michelle jennifer jessica jordan joshua matthew daniel andrew anthony thomas robert william richard george charles james john david
christopher christian alexander alex nicholas nicole joseph samuel sam benjamin ben jack jake luke adam ryan kevin brian steven stephen
peter paul mark martin simon philip patrick edward henry harold arthur oliver oscar lewis liam noah ethan mason jacob logan lucas
amanda ashley sarah hannah emma emily olivia sophie sophia chloe charlotte charlie jasmine megan lauren rebecca rachel laura lisa maria
mary anna anne elizabeth victoria alexandra natasha samantha stephanie danielle melissa heather amber tiffany vanessa brittany courtney
katie kate katherine catherine karen susan linda barbara patricia sandra helen margaret julia julie andrea angela angelina hunter
january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday
sunday spring summer autumn winter easter christmas halloween birthday holiday holidays weekend today tomorrow yesterday morning night
london england english britain british scotland scottish wales welsh ireland irish belfast dublin cardiff edinburgh glasgow birmingham
bristol sheffield nottingham oxford cambridge yorkshire lancashire cornwall devon essex kent sussex surrey america american usa canada
australia france paris germany berlin italy spain madrid india pakistan china japan tokyo russia moscow brazil mexico texas california
newyork boston chicago dallas houston miami
jesus christ jesuschrist god godisgood lord blessed bless blessing faith hope grace church bible saint devil demon hell satan lucifer
money dollar pound cash bank credit rich million billion business company work worker boss manager director student teacher school college
university doctor nurse police soldier army navy marine marines pilot driver ninja samurai warrior knight hunter killer sniper assassin
pirate wizard magic magical mystery legend hero rebel freedom liberty justice peace power energy nuclear atomic thunder lightning storm
fire flame ice snow frost water wind earth world universe galaxy space planet mars saturn jupiter venus mercury
chocolate cookie cookies cake candy banana cherry strawberry lemon lime peach mango apples pizza burger cheese chicken bacon coffee tea
beer wine whiskey vodka pepsi cocacola coke nutella marmite biscuit potato pumpkin pickle
ferrari porsche mercedes mustang corvette camaro chevy ford toyota honda nissan yamaha suzuki kawasaki harley ducati jaguar bentley
fuckyou fuckoff fuck shit bitch asshole bastard bollocks bugger wanker tosser pussy dick sex porn naked
hello hellohello helloworld goodbye please thankyou thanks sorry yes nope okay cool awesome amazing great super mega ultra best number
one two three four five six seven eight nine ten zero hundred thousand first second third last
the and for you your mine not this that what who why how here there again always never only ever just dont cant wont
labour tory tories conservative conservatives liberal libdem libdems democrat democrats greens ukip reform plaid snp party politics
political election elections elect vote voter voters voting poll polling ballot campaign campaigner canvass canvasser canvassing doorstep
leaflet leaflets parliament westminster minister primeminister downing downingstreet councillor council candidate member members
membership organiser manifesto brexit remain leave referendum constituency ward borough mayor government opposition socialist
solidarity comrade union unions corbyn starmer blair thatcher johnson sunak farage cameron
changethis changeit resetme reset recover enter open opensesame sesame abracadabra blahblah blah foobar foo bar baz lorem ipsum
correcthorsebatterystaple correct battery staple
`
  .trim()
  .split(/\s+/);
